package org.multifd.cli.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;

/** A migration into a file. An interrupt lasts until what was not finished is gone, since the process ends with it. */
public final class IntoFile {

    /** How long an interrupted command may take to remove what it has written. */
    private static final int CLEANUP_SECONDS = 5;

    private final Consumer<String> notes;
    private final CountDownLatch ended = new CountDownLatch(1);

    private IntoFile(Consumer<String> notes) {
        this.notes = notes;
    }

    /** What is done with a destination. */
    @FunctionalInterface
    public interface Work {
        void with(MigrationDestination destination) throws MigrationException;
    }

    /**
     * Does the work, and closes the destination. An interrupt cancels it.
     *
     * @param notes takes lines for people
     */
    public static void run(MigrationDestination opened, Consumer<String> notes, Interruption interruption, Work work)
            throws MigrationException {
        IntoFile file = new IntoFile(notes);
        try (MigrationDestination destination = opened) {
            interruption.onInterrupt(() -> file.cancel(destination));
            work.with(destination);
        } finally {
            file.ended.countDown();
        }
    }

    private void cancel(MigrationDestination destination) {
        destination.cancel();
        try {
            if (!ended.await(CLEANUP_SECONDS, TimeUnit.SECONDS)) {
                notes.accept("multifd: an unfinished file may be left behind");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
