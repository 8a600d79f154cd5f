package org.multifd.cli;

import org.multifd.core.MigrationStats;

/**
 * How far a migration is in which each page moves once.
 *
 * @param percent of RAM
 * @param bytesPerSecond bytes of the wire, on average
 * @param secondsLeft at this pace; not a number while nothing has moved
 */
record SendProgress(double percent, double bytesPerSecond, double secondsLeft) {

    static SendProgress of(MigrationStats stats) {
        double seconds = stats.elapsedNanos() * 1e-9;
        double percent = DemoProgress.percentOfRam(stats);
        return new SendProgress(percent, seconds == 0 ? 0 : stats.wireBytes() / seconds,
                percent == 0 ? Double.NaN : seconds * (100 - percent) / percent);
    }
}
