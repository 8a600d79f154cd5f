package org.multifd.core.internal.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.multifd.core.internal.channel.Failure;

class MainStateTest {

    /** What a source sends behind the end of its stream does not make a failure of what the destination has loaded. */
    @Test
    void shouldStayConfirmedWhateverFollows() throws Exception {
        MainState state = new MainState(new Failure(), () -> { });
        state.openReturnPath();
        state.tail(true, true);
        assertEquals(RelayState.Meaning.CONFIRM, state.loaded());
        state.tail(false, false);
        assertTrue(state.confirmed());
        assertEquals(RelayState.Meaning.NORMAL, state.sourceEnds());
    }
}
