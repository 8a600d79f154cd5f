package org.multifd.core.internal.transport;

/** Waiting for threads that are known to end. */
public final class Threads {

    private Threads() {
    }

    /** Joins a thread whose end was asked for; an interrupt meanwhile is kept for later. */
    public static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
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
