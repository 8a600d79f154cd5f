package org.multifd.core.internal.migration;

import java.util.ArrayList;
import java.util.List;
import org.multifd.core.MigrationStats;
import org.multifd.core.internal.channel.ChannelStats;
import org.multifd.core.internal.channel.FileChannels;

/** A channel's counters as a value. */
public final class Channels {

    private Channels() {
    }

    /** In a file a channel's bytes are its pages. */
    public static List<MigrationStats.Channel> stats(FileChannels channels) {
        List<MigrationStats.Channel> list = new ArrayList<>(channels.count());
        for (int i = 0; i < channels.count(); i++) {
            list.add(stats(channels.stats(i), channels.stats(i).payloadBytes()));
        }
        return list;
    }

    public static MigrationStats.Channel stats(ChannelStats stats, long bytes) {
        return new MigrationStats.Channel(bytes, stats.packets(), stats.normalPages(), stats.zeroPages(),
                stats.payloadBytes(), stats.codecNanos());
    }
}
