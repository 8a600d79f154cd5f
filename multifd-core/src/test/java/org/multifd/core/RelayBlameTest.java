package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.RelayScript.State;

/** Whom a relay blames, and what it adds, when a peer ends a migration. */
@Timeout(120)
class RelayBlameTest {

    private static final String NEEDS = "; see the destination's own message: it needs multifd-channels 1, "
            + "multifd-compression none and uuid 00000000-0000-0001-0000-000000000002 (zeros: none), without TLS";

    /** As a QEMU whose parameters are others. Later it has got RAM with them. */
    @ParameterizedTest(name = "{0}, reset {1}")
    @CsvSource({"CONNECTING,false,true", "CONNECTING,true,true", "RAM,false,true", "RAM,true,true", "TAIL,false,false",
        "UNDECIDED,false,false"})
    void shouldSayWhatADestinationNeedsThatEndsBeforeItHasRam(State state, boolean reset, boolean needs)
            throws Exception {
        try (RelayScript script = new RelayScript(Eventually.PATIENT_MILLIS).reach(state, true)) {
            if (reset) {
                script.destination.reset();
            } else {
                script.destination.end();
            }
            MigrationException error = script.relaying.next().error();
            assertEquals(Kind.PEER, error.kind());
            assertTrue(error.getMessage().startsWith("main channel to destination tcp:127.0.0.1:"),
                    error.getMessage());
            assertEquals(needs, error.getMessage().endsWith(NEEDS), error.getMessage());
            assertEquals(needs, error.getMessage().contains("it needs"), error.getMessage());
        }
    }

    @Test
    void shouldSayWhatADestinationNeedsThatClosesAChannel() throws Exception {
        try (RelayScript script = new RelayScript(Eventually.PATIENT_MILLIS).reach(State.RAM, true)) {
            script.destinationChannel.reset();
            MigrationException error;
            do {
                script.trySync();
            } while (!script.relaying.hasNext());
            error = script.relaying.next().error();
            assertTrue(error.getMessage().matches("channel 0, packet \\d+ to the destination: [^;]+" + NEEDS
                    .replace("(", "\\(").replace(")", "\\)")), error.getMessage());
            assertEquals(Kind.PEER, error.kind());
        }
    }

    /** A QEMU says that it has failed, and not why. */
    @ParameterizedTest
    @CsvSource({"RAM,true", "TAIL,false"})
    void shouldSayWhatADestinationNeedsThatFailsWithoutAReason(State state, boolean needs) throws Exception {
        try (RelayScript script = new RelayScript(Eventually.PATIENT_MILLIS).reach(state, true)) {
            script.destination.write(RelayScript.SHUT_1);
            script.destination.end();
            assertEquals("the destination failed: it gave no reason, see its own message"
                    + (needs ? NEEDS.substring(NEEDS.indexOf(':')) : ""), script.relaying.next().error().getMessage());
        }
    }

    @Test
    void shouldAddNothingToADestinationsOwnReason() throws Exception {
        try (RelayScript script = new RelayScript(Eventually.PATIENT_MILLIS).reach(State.RAM, true)) {
            script.destination.write(HexFormat.of().parseHex("4d460004" + "66756c6c"));
            script.destination.write(RelayScript.SHUT_1);
            script.destination.end();
            assertEquals("the destination failed: full", script.relaying.next().error().getMessage());
        }
    }

    /** The advice before, which the script sends, was passed on. Of the command nothing is. */
    @ParameterizedTest(name = "command {0}")
    @ValueSource(ints = {4, 5, 6, 7, 9, 10})
    void shouldRefusePostcopyOnlyOnceItStarts(int command) throws Exception {
        try (RelayScript script = new RelayScript(Eventually.PATIENT_MILLIS).reach(State.RAM, true)) {
            script.source.write(new byte[] {8, 0, (byte) command, 0, 0});
            MigrationException error = script.relaying.next().error();
            assertEquals(Kind.STREAM, error.kind());
            assertTrue(error.getMessage().startsWith("main channel: received command " + command + " (")
                    && error.getMessage().contains("): postcopy has started, expected precopy up to the end"),
                    error.getMessage());
            script.destination.awaitEnd();
            script.destinationChannel.awaitEnd();
            assertArrayEquals(script.sent(), script.destination.seen());
        }
    }

    /** The source hears the destination's word, or its end, and ends at once: that must not count as its giving up. */
    @RepeatedTest(10)
    void shouldDecideBeforeTheSourceHears() throws Exception {
        try (RelayScript script = new RelayScript(Eventually.PATIENT_MILLIS).reach(State.UNDECIDED, true)) {
            script.sourceChannel.end();
            script.source.endBehind(RelayScript.SHUT_0.length);
            script.destination.write(RelayScript.SHUT_0);
            script.destination.end();
            assertTrue(script.relaying.relayed().confirmed());
        }
        try (RelayScript script = new RelayScript(Eventually.PATIENT_MILLIS).reach(State.UNDECIDED, true)) {
            script.destination.end(); // whereupon the source ends main, too
            assertTrue(script.relaying.next().error().getMessage().endsWith(
                    "closed without a word that the guest is loaded; see the destination's own message"));
        }
    }
}
