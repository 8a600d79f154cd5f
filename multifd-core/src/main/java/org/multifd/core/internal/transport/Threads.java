package org.multifd.core.internal.transport;

import java.io.InterruptedIOException;

/** Threads of a migration: daemons that are waited for, unless they were given up. */
public final class Threads {

    private Threads() {
    }

    /** One that may be given up. {@link Thread#join} would wait for it all the same. */
    private static final class Worker extends Thread {

        private boolean givenUp;

        Worker(Runnable work, String name) {
            super(work, name);
            setDaemon(true);
        }

        synchronized void giveUp() {
            givenUp = true;
            notifyAll();
        }

        /** A thread that ends notifies those that wait at it. */
        synchronized void awaitEnd(long millis) throws InterruptedException {
            long end = System.nanoTime() + millis * 1_000_000;
            for (long left = millis; isAlive() && !givenUp && (millis == 0 || left > 0);
                    left = (end - System.nanoTime()) / 1_000_000) {
                wait(left);
            }
        }
    }

    /**
     * Waits to be notified at the lock, which the caller holds, or for that time; 0 is without limit.
     *
     * @param interrupted the message if the thread is interrupted, which it stays
     */
    public static void await(Object lock, long millis, String interrupted) throws InterruptedIOException {
        try {
            lock.wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(interrupted);
        }
    }

    /** A daemon thread that can be given up; it is not started yet. */
    public static Thread worker(Runnable work, String name) {
        return new Worker(work, name);
    }

    /** Waits for that thread no longer, now and ever: it is in a call that does not return. */
    public static void giveUp(Thread thread) {
        if (thread instanceof Worker worker) {
            worker.giveUp();
        }
    }

    /**
     * Joins a thread whose end was asked for, or returns once it is given up; an interrupt meanwhile is kept for later.
     */
    public static void join(Thread thread) {
        join(thread, 0);
    }

    /** As {@link #join(Thread)}, but not for longer than that; 0 is without limit. */
    public static void join(Thread thread, long millis) {
        boolean interrupted = false;
        while (true) {
            try {
                if (thread instanceof Worker worker) {
                    worker.awaitEnd(millis);
                } else {
                    thread.join(millis);
                }
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
