package org.multifd.core.internal.provider;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Which call of a provider's code a thread is in, and since when. Each call finds the same environment and leaves none
 * behind: the thread's context class loader is the provider's and is put back, and an interrupt that the provider
 * leaves is cleared.
 *
 * <p>Another thread watches how long a call takes and may give it up. The state of that is one number:
 *
 * <table>
 * <caption>States of a call</caption>
 * <tr><th>number</th><th>state</th><th>left by</th></tr>
 * <tr><td>0</td><td>no call, or core itself waits for the peer inside one</td><td>{@link #enter},
 * {@link #resume}</td></tr>
 * <tr><td>odd</td><td>a call since that time</td><td>{@link #leave}, {@link #pause}, {@link #giveUp}</td></tr>
 * <tr><td>2</td><td>given up: nobody waits for its thread any more</td><td>nothing</td></tr>
 * </table>
 */
final class CallClock {

    private static final long IDLE = 0;
    private static final long GIVEN_UP = 2;

    private final ClassLoader loader;
    private final AtomicLong call = new AtomicLong(IDLE);
    /** What is called, and by whom: written before a call begins, read once it has begun. */
    private String operation;
    private Thread thread;
    private long used;

    /** @param loader the provider's */
    CallClock(ClassLoader loader) {
        this.loader = loader;
    }

    /** A call begins. Returns the loader that {@link #leave} puts back. */
    ClassLoader enter(String what) {
        operation = what;
        thread = Thread.currentThread();
        ClassLoader outer = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        call.compareAndSet(IDLE, System.nanoTime() | 1);
        return outer;
    }

    /** The call is over, however it ended. */
    void leave(ClassLoader outer) {
        long since = call.get();
        if (since != GIVEN_UP) {
            call.compareAndSet(since, IDLE);
        }
        Thread.interrupted();
        Thread.currentThread().setContextClassLoader(outer);
    }

    /**
     * Core waits for the peer inside the call: that is not the provider's time, and its interrupts must not end the
     * wait.
     */
    void pause() {
        Thread.interrupted();
        long since = call.get();
        if (isCall(since) && call.compareAndSet(since, IDLE)) {
            used = System.nanoTime() - since;
        }
    }

    /** The wait inside the call is over. */
    void resume() {
        call.compareAndSet(IDLE, System.nanoTime() - used | 1);
    }

    private static boolean isCall(long state) {
        return (state & 1) != 0;
    }

    /** Whether the provider's code is at work. May be called from any thread. */
    boolean isBusy() {
        return isCall(call.get());
    }

    /** Whether the last call was given up. May be called from any thread. */
    boolean isGivenUp() {
        return call.get() == GIVEN_UP;
    }

    /** Which call it is, or was last. */
    String operation() {
        return operation;
    }

    /** Gives the running call up if it has taken longer than that. Returns its thread, or null for no such call. */
    Thread giveUp(long limitNanos) {
        long since = call.get();
        boolean late = isCall(since) && System.nanoTime() - since > limitNanos;
        return late && call.compareAndSet(since, GIVEN_UP) ? thread : null;
    }
}
