package org.multifd.cli.report;

import java.util.LinkedHashMap;
import java.util.Map;
import org.multifd.core.MigrationStats;
import org.multifd.core.RelayStats;

/** How far a migration is. */
public final class Progress {

    private Progress() {
    }

    /** How much of RAM has been sent at least once, while the first round lasts. */
    public static double percentOfRam(MigrationStats stats) {
        return percentOfRam(stats.normalPages() + stats.zeroPages(), stats.pageSize(), stats.ramBytes());
    }

    /** How much of RAM has passed at least once, while the first round lasts. */
    public static double percentOfRam(RelayStats stats) {
        return percentOfRam(stats.normalPages() + stats.zeroPages(), stats.pageSize(), stats.ramBytes());
    }

    private static double percentOfRam(long pages, int pageSize, long ramBytes) {
        return ramBytes == 0 ? 0 : Math.min(100, 100.0 * pages * pageSize / ramBytes);
    }

    /** At the pace so far; not a number while nothing has moved. */
    static double secondsLeft(double seconds, double percent) {
        return percent == 0 ? Double.NaN : seconds * (100 - percent) / percent;
    }

    /** For programs. */
    static Map<String, Object> json(MigrationStats.Channel channel) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("bytes", channel.bytes());
        values.put("packets", channel.packets());
        values.put("normal_pages", channel.normalPages());
        values.put("zero_pages", channel.zeroPages());
        values.put("payload_bytes", channel.payloadBytes());
        return values;
    }
}
