package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.core.RelayScript.State;

/**
 * Whatever happens to a relayed migration, in each of its states: how it ends and what each peer sees of it. The table
 * is that of docs/reference/endings.md.
 */
@Timeout(120)
class RelayEndingTest {

    private static final int TIMEOUT_MILLIS = 3000;
    private static final String INTERRUPTED = "INTERRUPTED";
    private static final String GOOD = "good";

    /** What happens. */
    enum Event {
        SOURCE_ENDS, SOURCE_RESETS, DESTINATION_ENDS, DESTINATION_RESETS, SHUT_0, SHUT_1, PONG, SILENCE, CANCEL, CLOSE,
        CLOSE_TWICE;

        private boolean isOfAPeer() {
            return compareTo(PONG) <= 0;
        }
    }

    /** How it ends: an error's kind, or that it is good. */
    private static String expected(State state, Event event, boolean returnPath) {
        boolean undecided = state == State.UNDECIDED;
        if (state == State.CONFIRMED || undecided && event == Event.SHUT_0
                || undecided && !returnPath && (event == Event.SOURCE_ENDS || event == Event.DESTINATION_ENDS)) {
            return GOOD;
        }
        return switch (event) {
            case SHUT_0 -> "STREAM";
            case PONG, CANCEL, CLOSE, CLOSE_TWICE -> INTERRUPTED;
            default -> "PEER";
        };
    }

    /** Whether the destination's word is waited for: that takes as long as the timeout says. */
    private static boolean takesTime(State state, Event event, boolean returnPath) {
        return event == Event.SILENCE || state == State.UNDECIDED && returnPath
                && expected(state, event, true).equals(INTERRUPTED);
    }

    private static Stream<Arguments> cases(boolean timed) {
        List<Arguments> all = new ArrayList<>();
        for (State state : State.values()) {
            for (Event event : Event.values()) {
                for (boolean returnPath : new boolean[] {true, false}) {
                    boolean begun = state != State.WAITING || !event.isOfAPeer() && event != Event.SILENCE;
                    if (begun && takesTime(state, event, returnPath) == timed) {
                        all.add(Arguments.of(state, event, returnPath));
                    }
                }
            }
        }
        return all.stream();
    }

    static Stream<Arguments> cases() {
        return cases(false);
    }

    @ParameterizedTest(name = "{0}: {1}, return path {2}")
    @MethodSource("cases")
    void shouldEndAsTheTableSays(State state, Event event, boolean returnPath) throws Exception {
        end(state, event, returnPath, Eventually.PATIENT_MILLIS);
    }

    @Test
    void shouldEndInTimeWhereOnlyTheTimeoutEndsIt() {
        List<CompletableFuture<Void>> all = cases(true).map(Arguments::get).map(each ->
                CompletableFuture.runAsync(() -> {
                    try {
                        end((State) each[0], (Event) each[1], (boolean) each[2], TIMEOUT_MILLIS);
                    } catch (Exception e) {
                        throw new IllegalStateException(List.of(each).toString(), e);
                    }
                }, work -> new Thread(work, "ending").start())).toList();
        all.forEach(CompletableFuture::join);
    }

    private static void end(State state, Event event, boolean returnPath, int timeoutMillis) throws Exception {
        try (RelayScript script = new RelayScript(timeoutMillis).reach(state, returnPath)) {
            happen(script, event);
            String expected = expected(state, event, returnPath);
            if (expected.equals(GOOD) && event != Event.SILENCE) {
                endBoth(script, event);
            }
            Relaying.Outcome outcome = script.relaying.next();
            assertEquals(expected, outcome.error() == null ? GOOD : outcome.error().kind().name(),
                    () -> String.valueOf(outcome.error()));
            if (state != State.WAITING) {
                assertSeen(script, event, expected);
            }
        }
    }

    private static void happen(RelayScript script, Event event) throws Exception {
        switch (event) {
            case SOURCE_ENDS -> script.source.end();
            case SOURCE_RESETS -> script.source.reset();
            case DESTINATION_ENDS -> script.destination.end();
            case DESTINATION_RESETS -> script.destination.reset();
            case SHUT_0 -> script.destination.write(RelayScript.SHUT_0);
            case SHUT_1 -> script.destination.write(RelayScript.SHUT_1);
            case PONG -> {
                int before = script.source.seen().length;
                script.destination.write(RelayScript.PONG);
                script.source.await(before + RelayScript.PONG.length);
                script.relaying.relay.cancel();
            }
            case SILENCE -> { }
            case CANCEL -> script.relaying.relay.cancel();
            case CLOSE -> script.closing = CompletableFuture.runAsync(script.relaying.relay::close);
            case CLOSE_TWICE -> script.closing = CompletableFuture.allOf(
                    CompletableFuture.runAsync(script.relaying.relay::close),
                    CompletableFuture.runAsync(script.relaying.relay::close));
        }
    }

    /** Neither peer has more to say. */
    private static void endBoth(RelayScript script, Event event) throws Exception {
        script.sourceChannel.end();
        if (event == Event.SHUT_0) {
            script.source.await(RelayScript.SHUT_0.length);
        }
        if (event != Event.SOURCE_RESETS && event != Event.SOURCE_ENDS) {
            script.source.end();
        }
        if (event != Event.DESTINATION_RESETS && event != Event.DESTINATION_ENDS) {
            script.destination.end();
        }
    }

    private static void assertSeen(RelayScript script, Event event, String expected) throws Exception {
        if (script.closing != null) {
            script.closing.join();
        }
        if (event != Event.SOURCE_RESETS) {
            script.source.awaitEnd();
        }
        if (event != Event.DESTINATION_RESETS) {
            script.destination.awaitEnd();
            assertArrayEquals(script.sent(), script.destination.seen(), "what the source sent, and nothing more");
        }
        script.sourceChannel.awaitEnd();
        script.destinationChannel.awaitEnd();
        String back = HexFormat.of().formatHex(script.source.seen());
        boolean told = back.contains(HexFormat.of().formatHex(RelayScript.SHUT_0));
        assertTrue(!told || expected.equals(GOOD), back);
        assertTrue(event != Event.SHUT_1 || back.endsWith(HexFormat.of().formatHex(RelayScript.SHUT_1)),
                back);
    }
}
