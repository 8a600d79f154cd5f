package org.multifd.cli.run;

import java.io.UncheckedIOException;
import org.multifd.core.MigrationException;

/** A migration whose progress is told while it runs. */
public final class Watched {

    /** What takes its time. */
    @FunctionalInterface
    public interface Migration<T> {
        T run() throws MigrationException;
    }

    private Watched() {
    }

    /** Runs a migration. Progress that cannot be written does not disturb it. */
    public static <T> T run(long periodMillis, Runnable progress, Migration<T> migration) throws MigrationException {
        Ticker ticker = new Ticker(periodMillis, () -> quietly(progress));
        try {
            return migration.run();
        } finally {
            ticker.close();
        }
    }

    private static void quietly(Runnable progress) {
        try {
            progress.run();
        } catch (UncheckedIOException e) {
            return; // the next result that the command itself writes meets the same
        }
    }
}
