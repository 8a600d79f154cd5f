package org.multifd.core.internal.migration;

/** The one run of a migration, which others may wait for. For use by any thread. */
public final class Lifetime {

    private enum State {
        NEW, RUNNING, OVER
    }

    private State state = State.NEW;
    private Thread worker;

    /** The calling thread begins to work. False if one has begun before, or if {@link #close} came first. */
    public synchronized boolean begin() {
        if (state != State.NEW) {
            return false;
        }
        state = State.RUNNING;
        worker = Thread.currentThread();
        return true;
    }

    /** Whether the work is done, or cannot begin any more. */
    public synchronized boolean isOver() {
        return state == State.OVER;
    }

    /** The work is done. */
    public synchronized void end() {
        state = State.OVER;
        worker = null;
        notifyAll();
    }

    /**
     * Waits until the work is done, unless the calling thread is the one that works. An interrupt meanwhile is kept.
     *
     * @return whether the work had not begun; it cannot any more
     */
    public synchronized boolean close() {
        if (state == State.NEW) {
            state = State.OVER;
            return true;
        }
        boolean interrupted = false;
        while (state == State.RUNNING && worker != Thread.currentThread()) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
