package org.multifd.core.internal.relay;

import java.io.IOException;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.relay.RelayState.Event;
import org.multifd.core.internal.relay.RelayState.Meaning;

/** A migration's {@link RelayState}, which both directions of main move and ask. May be used from any thread. */
final class MainState {

    private final Failure failure;
    private final Runnable changed;
    private RelayState state = RelayState.CONNECTING;
    private boolean returnPath;
    /** Whether the device state ended with its description. */
    private boolean described;
    /** How many of main's two directions have ended well. */
    private int ended;
    /** What cancelled the migration while the destination's word was due, and since when. */
    private MigrationException cancelled;
    private long cancelledNanos;

    /** @param changed is told when the migration's end may have come */
    MainState(Failure failure, Runnable changed) {
        this.failure = failure;
        this.changed = changed;
    }

    synchronized void openReturnPath() {
        returnPath = true;
    }

    synchronized void enter(RelayState next) {
        state = next;
    }

    /**
     * A piece of the device state is about to be passed on.
     *
     * @param whole whether the stream ends with it if it is the last one
     * @param described whether it is the description that says so
     */
    void tail(boolean whole, boolean described) throws IOException {
        synchronized (this) {
            if (state == RelayState.CONFIRMED) {
                return; // no event leads out of it
            }
            state = whole ? RelayState.UNDECIDED : RelayState.TAIL;
            this.described = described;
            if (whole || cancelled == null) {
                return;
            }
        }
        failure.fail(cancelled);
        failure.check();
    }

    /** What it means if the source ends main now. */
    synchronized Meaning sourceEnds() {
        Meaning meaning = state.of(Event.SOURCE_ENDS, returnPath);
        boolean unclear = meaning == Meaning.NORMAL && state == RelayState.UNDECIDED && !described;
        return unclear ? Meaning.CUT : meaning; // nothing else tells that nothing is missing
    }

    /** What an event means now that changes nothing by itself. */
    synchronized Meaning means(Event event) {
        return state.of(event, returnPath);
    }

    /** Whether the destination has not got all of RAM. */
    synchronized boolean isBeforeTail() {
        return state.compareTo(RelayState.TAIL) < 0;
    }

    /** A direction's end was passed on. */
    void passedEnd() {
        synchronized (this) {
            ended++;
        }
        changed.run();
    }

    /** The destination has said that all is loaded. After a failure nobody is told so. */
    synchronized Meaning loaded() throws Failure.Aborted {
        failure.check();
        Meaning meaning = state.of(Event.LOADED, returnPath);
        if (meaning == Meaning.CONFIRM) {
            state = RelayState.CONFIRMED;
        }
        return meaning;
    }

    /** Ends the migration, unless that has been decided or is the destination's to decide. */
    void cancel(MigrationException why) {
        Meaning meaning;
        synchronized (this) {
            meaning = state.of(Event.CANCEL, returnPath);
            if (meaning == Meaning.WAIT && cancelled == null) {
                cancelled = why;
                cancelledNanos = System.nanoTime();
            }
        }
        if (meaning == Meaning.WAIT) {
            changed.run();
        } else if (meaning == Meaning.FAIL) {
            failure.fail(why);
        }
    }

    /**
     * How long a cancelled migration still waits for the destination's word.
     *
     * @param limit nanoseconds from the call of {@link #cancel} on
     * @return nanoseconds; 0 without limit, as it is not cancelled or has been decided
     * @throws MigrationException what cancelled it, if that time is over
     */
    synchronized long leftOf(long limit) throws MigrationException {
        if (cancelled == null || state == RelayState.CONFIRMED) {
            return 0;
        }
        long left = limit - (System.nanoTime() - cancelledNanos);
        if (left <= 0) {
            throw cancelled;
        }
        return left;
    }

    synchronized boolean confirmed() {
        return state == RelayState.CONFIRMED;
    }

    /** Whether both directions have ended well. */
    synchronized boolean ended() {
        return ended == 2;
    }
}
