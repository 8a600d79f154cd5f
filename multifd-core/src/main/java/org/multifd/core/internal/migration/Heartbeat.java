package org.multifd.core.internal.migration;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.multifd.core.internal.transport.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sign of life at regular intervals, while a destination does what its peer cannot see: syncs a file, gets memory. It
 * has a thread of its own, because a sign may block.
 */
public final class Heartbeat implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    private static final int INTERVAL_MILLIS = 1000;

    /** Gives one sign. */
    @FunctionalInterface
    public interface Beat {
        void give() throws IOException;
    }

    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread;

    /** @param timeoutMillis how long the peer waits, more or less: the same as this side, as a rule */
    public Heartbeat(int timeoutMillis, Beat beat) {
        int interval = Math.min(INTERVAL_MILLIS, timeoutMillis / 4 + 1);
        thread = Threads.worker(() -> run(beat, interval), "multifd-heartbeat");
        thread.start();
    }

    private void run(Beat beat, int intervalMillis) {
        try {
            while (!over.await(intervalMillis, TimeUnit.MILLISECONDS)) {
                beat.give();
            }
        } catch (InterruptedException | IOException e) { // as whoever reads or confirms next will find
            LOG.debug("the source is gone: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        over.countDown();
        Threads.join(thread);
    }
}
