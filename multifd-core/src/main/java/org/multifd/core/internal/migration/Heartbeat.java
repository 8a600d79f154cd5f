package org.multifd.core.internal.migration;

import java.io.IOException;
import org.multifd.core.internal.transport.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sign of life at regular intervals, while a destination does what its peer cannot see: syncs a file, gets memory.
 */
public final class Heartbeat implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    private static final int INTERVAL_MILLIS = 1000;

    /** Gives one sign. */
    @FunctionalInterface
    public interface Beat {
        void give() throws IOException;
    }

    private final Beat beat;
    private final int intervalMillis;
    private final Thread thread = new Thread(this::run, "multifd-heartbeat");
    private boolean over;

    /** @param timeoutMillis how long the peer waits, more or less: the same as this side, as a rule */
    public Heartbeat(int timeoutMillis, Beat beat) {
        this.beat = beat;
        this.intervalMillis = Math.min(INTERVAL_MILLIS, timeoutMillis / 4 + 1);
        thread.setDaemon(true);
        thread.start();
    }

    private synchronized void run() {
        try {
            while (!over) {
                wait(intervalMillis);
                if (!over) {
                    beat.give();
                }
            }
        } catch (InterruptedException e) {
            return; // nobody interrupts it but who wants it gone
        } catch (IOException e) {
            LOG.debug("the source is gone: {}", e.getMessage()); // as whoever reads or confirms next will find
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            over = true;
            notifyAll();
        }
        Threads.join(thread);
    }
}
