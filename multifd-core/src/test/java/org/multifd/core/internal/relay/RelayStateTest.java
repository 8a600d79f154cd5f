package org.multifd.core.internal.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.relay.RelayState.Event;
import org.multifd.core.internal.relay.RelayState.Meaning;

/** Each event in each state of a relayed migration. */
class RelayStateTest {

    private static final MigrationException CANCELLED = new MigrationException(Kind.INTERRUPTED, "migration cancelled");

    private final Failure failure = new Failure();
    private final MainState state = new MainState(failure, () -> { });

    @ParameterizedTest
    @CsvSource({
        "WAITING,    DROPPED,  DROPPED, GONE,        GONE,   TOO_EARLY, PASS_BACK, FAIL,   FAIL",
        "CONNECTING, GAVE_UP,  GAVE_UP, GONE,        GONE,   TOO_EARLY, PASS_BACK, FAIL,   FAIL",
        "RAM,        GAVE_UP,  GAVE_UP, GONE,        GONE,   TOO_EARLY, PASS_BACK, FAIL,   FAIL",
        "TAIL,       CUT,      CUT,     GONE,        GONE,   TOO_EARLY, PASS_BACK, FAIL,   FAIL",
        "UNDECIDED,  GAVE_UP,  NORMAL,  UNCONFIRMED, NORMAL, CONFIRM,   PASS_BACK, WAIT,   FAIL",
        "CONFIRMED,  NORMAL,   NORMAL,  NORMAL,      NORMAL, NORMAL,    NORMAL,    NORMAL, NORMAL"})
    void shouldMeanWhatTheTableSays(RelayState in, Meaning sourceEnds, Meaning sourceEndsUnasked,
    Meaning destinationEnds,
            Meaning destinationEndsUnasked, Meaning loaded, Meaning refused, Meaning cancel, Meaning error) {
        assertEquals(sourceEnds, in.of(Event.SOURCE_ENDS, true));
        assertEquals(sourceEndsUnasked, in.of(Event.SOURCE_ENDS, false));
        assertEquals(destinationEnds, in.of(Event.DESTINATION_ENDS, true));
        assertEquals(destinationEndsUnasked, in.of(Event.DESTINATION_ENDS, false));
        for (boolean returnPath : new boolean[] {true, false}) {
            assertEquals(loaded, in.of(Event.LOADED, returnPath));
            assertEquals(refused, in.of(Event.REFUSED, returnPath));
            assertEquals(cancel == Meaning.WAIT && !returnPath ? Meaning.FAIL : cancel,
                    in.of(Event.CANCEL, returnPath));
            assertEquals(error, in.of(Event.ERROR, returnPath));
        }
    }

    @Test
    void shouldWaitForTheDestinationsWordOnceAllWasPassedOn() throws Exception {
        state.openReturnPath();
        state.tail(true, true);
        state.cancel(CANCELLED);
        assertEquals(null, failure.first());
        assertEquals(CANCELLED, assertThrows(MigrationException.class, () -> state.leftOf(0)));
        assertEquals(Meaning.CONFIRM, state.loaded());
        assertEquals(0, state.leftOf(0), "it has been decided");
    }

    @Test
    void shouldFailACancelledMigrationWhoseStreamGoesOn() throws Exception {
        state.openReturnPath();
        state.tail(true, true);
        state.cancel(CANCELLED);
        assertThrows(Failure.Aborted.class, () -> state.tail(false, false));
        assertEquals(CANCELLED, failure.first());
    }

    @Test
    void shouldNotConfirmAfterAFailure() throws Exception {
        state.tail(true, true);
        failure.fail(CANCELLED);
        assertThrows(Failure.Aborted.class, state::loaded);
    }

    @Test
    void shouldNotTakeAnEndWithoutDescriptionForWholeUnlessItIsConfirmed() throws Exception {
        state.tail(true, false);
        assertEquals(Meaning.CUT, state.sourceEnds());
        assertEquals(Meaning.CONFIRM, state.loaded());
        assertEquals(Meaning.NORMAL, state.sourceEnds());
    }
}
