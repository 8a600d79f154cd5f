package org.multifd.core.internal.incoming;

import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.incoming.DestinationState.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides how a migration ends at its destination: each event is looked up in {@link DestinationState}. For any thread.
 */
final class DestinationEnding {

    private static final Logger LOG = LoggerFactory.getLogger(DestinationEnding.class);

    private final Failure failure;
    private DestinationState state = DestinationState.WAITING;
    private boolean returnPath;
    private Throwable why;

    DestinationEnding(Failure failure) {
        this.failure = failure;
        failure.onFailure(() -> on(Event.ERROR, failure.first()));
    }

    synchronized DestinationState state() {
        return state;
    }

    /** The migration comes to another state, unless it has failed. */
    void enter(DestinationState next) throws Failure.Aborted {
        Throwable failed;
        synchronized (this) {
            failed = state == DestinationState.FAILED ? why : failure.first();
            if (failed == null) {
                state = next;
                return;
            }
        }
        failure.fail(failed); // whoever decided it may not have come to that
        failure.check();
    }

    /** From here on the source keeps its connections until it is told. */
    synchronized void returnPath() {
        returnPath = true;
    }

    /** Everything is loaded. Throws if it has failed before. */
    void confirm() throws Failure.Aborted {
        if (state() != DestinationState.CONFIRMED) {
            enter(DestinationState.CONFIRMED);
        }
    }

    /** The source could not be told after all. */
    synchronized void notConfirmed() {
        state = DestinationState.FAILED;
    }

    /** Something happened. */
    void on(Event event, Throwable reason) {
        synchronized (this) {
            DestinationState next = state.after(event, returnPath);
            if (next == state) {
                LOG.debug("{} in state {}: {}", event, state, reason.toString());
                return;
            }
            state = next;
            why = reason;
        }
        failure.fail(reason);
    }
}
