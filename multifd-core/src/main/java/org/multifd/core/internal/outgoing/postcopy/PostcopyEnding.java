package org.multifd.core.internal.outgoing.postcopy;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.outgoing.postcopy.PostcopyState.Event;
import org.multifd.core.internal.transport.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides how a postcopy migration ends: each event is looked up in {@link PostcopyState}. For use by any thread.
 */
final class PostcopyEnding {

    private static final Logger LOG = LoggerFactory.getLogger(PostcopyEnding.class);

    private final Failure failure;
    private final int timeoutMillis;
    private PostcopyState state = PostcopyState.SETUP;
    private PostcopyState before = PostcopyState.SETUP;
    private Throwable why;
    private int lastPong;
    private long cancelledSince;

    PostcopyEnding(Failure failure, int timeoutMillis) {
        this.failure = failure;
        this.timeoutMillis = timeoutMillis;
        failure.onFailure(() -> on(Event.ERROR, failure.first()));
    }

    synchronized PostcopyState state() {
        return state;
    }

    /** Returns the state that the last one followed. */
    synchronized PostcopyState before() {
        return before;
    }

    /** Returns what led to the state. */
    synchronized Throwable why() {
        return why;
    }

    /** Returns the highest ping that was answered, which says what the destination has accepted. */
    synchronized int lastPong() {
        return lastPong;
    }

    /** Notes the answer to a ping. */
    void pong(int value) {
        synchronized (this) {
            lastPong = Math.max(lastPong, value);
            notifyAll();
        }
    }

    /** The destination has said something that somebody waits for. */
    synchronized void changed() {
        notifyAll();
    }

    /** Waits until the destination has said something, or until the migration fails. */
    void await(BooleanSupplier said) throws IOException {
        synchronized (this) {
            while (!said.getAsBoolean() && !state.isEnd()) {
                Threads.await(this, 0, "interrupted while waiting for the destination's answer");
            }
        }
        check();
    }

    /** The migration comes to another state, unless it has ended. */
    void enter(PostcopyState next) throws Failure.Aborted {
        synchronized (this) {
            if (!state.isEnd() && failure.first() == null) {
                LOG.debug("{} after {}", next, state);
                before = state;
                state = next;
                notifyAll();
                return;
            }
        }
        check();
    }

    /** Throws if the migration has ended in another way than COMPLETED. */
    void check() throws Failure.Aborted {
        Throwable ended;
        synchronized (this) {
            ended = state.isEnd() && state != PostcopyState.COMPLETED ? why : null;
        }
        if (ended != null) {
            failure.fail(ended); // whoever decided it may not have come to that
        }
        failure.check();
    }

    /** Something happened. */
    void on(Event event, Throwable reason) {
        PostcopyState next;
        synchronized (this) {
            next = state.after(event);
            if (event == Event.CANCEL && state == PostcopyState.SENT && cancelledSince == 0) {
                cancelledSince = System.nanoTime();
            }
            if (next == state) {
                LOG.debug("{} in state {}: {}", event, state, reason == null ? "" : reason.toString());
                return;
            }
            before = state;
            state = next;
            why = reason;
            notifyAll();
        }
        if (next.isEnd() && next != PostcopyState.COMPLETED) {
            failure.fail(reason);
        }
    }

    /** Looks at the time that the destination's last word has behind a cancel. */
    void tick() {
        synchronized (this) {
            if (state != PostcopyState.SENT || cancelledSince == 0
                    || TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - cancelledSince) < timeoutMillis) {
                return;
            }
        }
        on(Event.TOO_LONG, new IOException("cancelled, and no word for " + timeoutMillis + " ms since"));
    }

    /** Waits for the destination's last word, or for the end of the wait. An interrupt counts as a cancel. */
    void awaitEnd() {
        boolean interrupted = false;
        while (true) {
            try {
                synchronized (this) {
                    while (!state.isEnd()) {
                        wait();
                    }
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
                on(Event.CANCEL, e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
