package org.multifd.cli.report;

import org.multifd.core.MigrationStats;

/**
 * How far a migration is in which each page moves once.
 *
 * @param percent of the pages' bytes that are to be sent; zero pages, which are told at once, do not count
 * @param bytesPerSecond bytes of the wire, on average
 * @param secondsLeft at this pace; not a number while nothing has moved
 */
public record SendProgress(double percent, double bytesPerSecond, double secondsLeft) {

    /** @param bytesToSend of all pages that travel with their bytes */
    public static SendProgress of(MigrationStats stats, long bytesToSend) {
        double seconds = stats.elapsedNanos() * 1e-9;
        double sent = (double) stats.normalPages() * stats.pageSize();
        double percent = bytesToSend == 0 ? Progress.percentOfRam(stats) : Math.min(100, 100 * sent / bytesToSend);
        return new SendProgress(percent, seconds == 0 ? 0 : stats.wireBytes() / seconds,
                Progress.secondsLeft(seconds, percent));
    }
}
