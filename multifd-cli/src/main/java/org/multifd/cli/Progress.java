package org.multifd.cli;

import org.multifd.core.MigrationStats;

/** How far a migration is. */
final class DemoProgress {

    private DemoProgress() {
    }

    /** How much of RAM has been sent at least once, while the first round lasts. */
    static double percentOfRam(MigrationStats stats) {
        double sent = (double) (stats.normalPages() + stats.zeroPages()) * stats.pageSize();
        return stats.ramBytes() == 0 ? 0 : Math.min(100, 100 * sent / stats.ramBytes());
    }
}
