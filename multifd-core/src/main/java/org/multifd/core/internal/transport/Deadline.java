package org.multifd.core.internal.transport;

import java.util.concurrent.TimeUnit;

/** Does something, say closes a socket, unless it is closed in time: what blocks has no timeout of its own. */
public final class Deadline implements AutoCloseable {

    private final Runnable expiry;
    private final long end;
    private final Thread thread;
    private boolean over;
    private boolean expired;

    /** @param expiry does not block */
    public Deadline(int millis, Runnable expiry) {
        this.expiry = expiry;
        this.end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        this.thread = new Thread(this::watch, "multifd-deadline");
        thread.setDaemon(true);
        thread.start();
    }

    private synchronized void watch() {
        try {
            for (long left; !over && (left = end - System.nanoTime()) > 0;) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            return; // nobody interrupts it but who wants it gone
        }
        if (!over) {
            expired = true;
            expiry.run();
        }
    }

    public synchronized boolean expired() {
        return expired;
    }

    /** In time: from here on nothing happens. */
    @Override
    public void close() {
        synchronized (this) {
            over = true;
            notifyAll();
        }
        Threads.join(thread);
    }
}
