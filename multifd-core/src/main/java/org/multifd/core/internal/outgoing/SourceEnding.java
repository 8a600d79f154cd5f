package org.multifd.core.internal.outgoing;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.outgoing.SourceState.Event;
import org.multifd.core.internal.transport.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides how a migration ends at its source: each event is looked up in {@link SourceState}. For use by any thread.
 */
final class SourceEnding {

    private static final Logger LOG = LoggerFactory.getLogger(SourceEnding.class);

    /** How many times {@code timeout} a destination may show that it is alive, and say nothing else. */
    private static final int MOST_TIMEOUTS = 10;

    private final Failure failure;
    private final int timeoutMillis;
    private SourceState state = SourceState.SETUP;
    private Throwable why;
    private Runnable closing = () -> { };
    private long undecidedSince;
    private long cancelledSince;
    private boolean guestPaused;
    private boolean heard;

    SourceEnding(Failure failure, int timeoutMillis) {
        this.failure = failure;
        this.timeoutMillis = timeoutMillis;
        failure.onFailure(() -> on(Event.ERROR, failure.first()));
    }

    synchronized SourceState state() {
        return state;
    }

    /** What led to the state. */
    synchronized Throwable why() {
        return why;
    }

    /** From here on the guest has to be resumed if it is to go on here. */
    synchronized void guestPaused() {
        guestPaused = true;
    }

    synchronized boolean isGuestPaused() {
        return guestPaused;
    }

    /** The destination has said something: it reads the stream. */
    synchronized void heard() {
        heard = true;
        notifyAll();
    }

    /** Waits until {@link #heard}, or until the migration fails. */
    void awaitFirstWord() throws IOException {
        synchronized (this) {
            while (!heard && state == SourceState.ROUNDS) {
                Threads.await(this, 0, "interrupted while waiting for the destination's first word");
            }
        }
        enter(SourceState.ROUNDS); // if it has not failed
    }

    /** The migration comes to another state, unless it has failed. */
    void enter(SourceState next) throws Failure.Aborted {
        Throwable failed;
        synchronized (this) {
            failed = state == SourceState.FAILED ? why : failure.first();
            if (failed == null) {
                state = next;
                return;
            }
        }
        failure.fail(failed); // whoever decided it may not have come to that
        failure.check();
    }

    /** As {@link #enter}; nobody closes the connection from here on, unless the state becomes an end. */
    void undecided(Runnable close) throws Failure.Aborted {
        synchronized (this) {
            closing = close;
            undecidedSince = System.nanoTime();
        }
        enter(SourceState.UNDECIDED);
    }

    /** The last byte did not leave: the destination cannot have everything. */
    void lastByteFailed(IOException error) {
        Throwable reason = error;
        synchronized (this) {
            if (state == SourceState.COMPLETED) {
                return;
            }
            reason = state == SourceState.UNKNOWN ? why : error; // this side has closed the connection then
            state = SourceState.SWITCHOVER;
        }
        on(Event.END, reason);
    }

    /** Something happened. */
    void on(Event event, Throwable reason) {
        Runnable close;
        SourceState next;
        synchronized (this) {
            next = state.after(event);
            if (event == Event.CANCEL && state == SourceState.UNDECIDED && cancelledSince == 0) {
                cancelledSince = System.nanoTime();
            }
            if (next == state) {
                LOG.debug("{} in state {}: {}", event, state, reason == null ? "" : reason.toString());
                return;
            }
            state = next;
            why = reason;
            close = closing;
            notifyAll();
        }
        if (next == SourceState.FAILED) {
            failure.fail(reason);
        } else if (next == SourceState.UNKNOWN) {
            close.run();
        }
    }

    /** Looks at the time that the destination's word has. Does not block, but for closing sockets. */
    void tick() {
        long now = System.nanoTime();
        IOException late = null;
        synchronized (this) {
            if (state != SourceState.UNDECIDED) {
                return;
            }
            if (cancelledSince != 0 && millis(now - cancelledSince) >= timeoutMillis) {
                late = new IOException("cancelled, and no word for " + timeoutMillis + " ms since");
            } else if (millis(now - undecidedSince) >= (long) MOST_TIMEOUTS * timeoutMillis) {
                late = new IOException("it showed that it is alive for " + MOST_TIMEOUTS + " times the timeout of "
                        + timeoutMillis + " ms, and said nothing else");
            }
        }
        if (late != null) {
            on(Event.TOO_LONG, late);
        }
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    /** Waits for the destination's word, or for the end of the wait. An interrupt counts as a cancel and is kept. */
    SourceState await() {
        boolean interrupted = false;
        while (true) {
            try {
                synchronized (this) {
                    while (state == SourceState.UNDECIDED) {
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
        SourceState decided = state();
        if (decided == SourceState.FAILED) {
            failure.fail(why()); // whoever decided it may not have come to that
        }
        return decided;
    }
}
