package org.multifd.cli.run;

import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicReference;
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

    /**
     * Progress that nobody can read any more ends it: a script that is gone has no use for the result.
     *
     * @throws UncheckedIOException in place of what the cancelled migration says, if progress could not be written
     */
    public static <T> T run(long periodMillis, Runnable progress, Runnable cancel, Migration<T> migration) throws MigrationException {
        AtomicReference<UncheckedIOException> unread = new AtomicReference<>();
        Ticker ticker = new Ticker(periodMillis, () -> {
            try {
                progress.run();
            } catch (UncheckedIOException e) {
                unread.compareAndSet(null, e);
                cancel.run();
            }
        });
        try {
            return migration.run();
        } catch (MigrationException e) {
            if (unread.get() != null) {
                throw unread.get();
            }
            throw e;
        } finally {
            ticker.close();
        }
    }
}
