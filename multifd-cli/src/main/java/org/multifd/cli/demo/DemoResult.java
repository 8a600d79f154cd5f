package org.multifd.cli.demo;

import org.multifd.core.MigrationStats;
import org.multifd.core.ProviderInfo;

/**
 * What became of one method's migration.
 *
 * @param stats the source's final figures
 * @param cpuSeconds of the whole process
 * @param difference where the destination's RAM or device state is not the guest's, or ""
 */
record DemoResult(ProviderInfo method, MigrationStats stats, double cpuSeconds, String difference) {

    boolean identical() {
        return difference.isEmpty();
    }

    double seconds() {
        return stats.elapsedNanos() * 1e-9;
    }

    double bytesPerSecond() {
        return (double) stats.normalPages() * stats.pageSize() / seconds();
    }
}
