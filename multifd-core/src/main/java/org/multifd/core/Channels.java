package org.multifd.core;

import org.multifd.core.channel.ChannelStats;

/** A channel's counters as a value. */
final class Channels {

    private Channels() {
    }

    static MigrationStats.Channel stats(ChannelStats stats, long bytes) {
        return new MigrationStats.Channel(bytes, stats.packets(), stats.normalPages(), stats.zeroPages(), stats.payloadBytes(),
                stats.codecNanos());
    }
}
