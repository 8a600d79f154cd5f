package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.provider.ProviderFixture;

/** A method that fails, at each place where it can: the migration ends with its words, and all others are closed. */
class MethodFaultTest {

    private enum Fault {
        NONE, SEND_SETUP, SEND_SETUP_BUG, PREPARE, PREPARE_BUG, EMPTY_PAYLOAD, SEND_CLOSE, SEND_CLOSE_BUG, RECV_SETUP,
        RECV_SETUP_BUG, RECV, RECV_BUG, RECV_UNREAD, RECV_CLOSE_BUG
    }

    /** Module, version and where it was loaded from. */
    private static final String ORIGIN = "org.multifd.core " + MethodFaultTest.class.getModule().getDescriptor()
            .rawVersion().orElseThrow() + " (" + ProviderFixture.location(PlainMethod.class) + ")";

    private final List<String> closed = new CopyOnWriteArrayList<>();

    private final class Faulty extends PlainMethod {

        private final Fault fault;

        Faulty(Fault fault) {
            super("plain");
            this.fault = fault;
        }

        @Override
        public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
            if (fault == Fault.SEND_SETUP && params.channel() == 2) {
                throw new MultiFDException("no memory for a window");
            }
            if (fault == Fault.SEND_SETUP_BUG && params.channel() == 2) {
                throw new IllegalArgumentException("level 7");
            }
            return new MultiFDSender() {
                @Override
                public void prepare(PageRuns pages, Payload out) throws MultiFDException {
                    switch (fault) {
                        case PREPARE -> throw new MultiFDException("cannot compress");
                        case PREPARE_BUG -> throw new ArrayIndexOutOfBoundsException(7);
                        case EMPTY_PAYLOAD -> out.buffer();
                        default -> out.appendPages();
                    }
                }

                @Override
                public void close() throws MultiFDException {
                    closed.add("send " + params.channel());
                    if (fault == Fault.SEND_CLOSE && params.channel() == 1) {
                        throw new MultiFDException("cannot close");
                    }
                    if (fault == Fault.SEND_CLOSE_BUG) {
                        throw new NoClassDefFoundError("a native library's");
                    }
                }
            };
        }

        @Override
        public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
            if (fault == Fault.RECV_SETUP && params.channel() == 1) {
                throw new MultiFDException("no memory for a window");
            }
            if (fault == Fault.RECV_SETUP_BUG && params.channel() == 1) {
                throw new IllegalArgumentException("level 7");
            }
            return new MultiFDReceiver() {
                @Override
                public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                    switch (fault) {
                        case RECV -> throw new MultiFDException("bad checksum");
                        case RECV_BUG -> throw new ArrayIndexOutOfBoundsException(7);
                        case RECV_UNREAD -> in.buffer().get();
                        default -> in.readInto(pages);
                    }
                }

                @Override
                public void close() {
                    closed.add("recv " + params.channel());
                    if (fault == Fault.RECV_CLOSE_BUG) {
                        throw new NoClassDefFoundError("a native library's");
                    }
                }
            };
        }
    }

    private Pair run(Fault fault) throws Exception {
        Pair pair = new Pair();
        pair.sourceMethods = MethodRegistry.of(new Faulty(fault));
        pair.destinationMethods = pair.sourceMethods;
        pair.source.set("multifd-channels", 3);
        pair.destination.set("multifd-channels", 3);
        return pair.run();
    }

    @Test
    void shouldCloseInReverseOrder() throws Exception {
        try (Pair pair = run(Fault.NONE)) {
            assertNull(pair.sourceError);
            assertEquals(List.of("send 2", "send 1", "send 0"), closed.stream().filter(s -> s.startsWith("send"))
                    .toList());
            assertEquals(List.of("recv 2", "recv 1", "recv 0"), closed.stream().filter(s -> s.startsWith("recv"))
                    .toList());
        }
    }

    @Test
    void shouldCloseWhatWasSetUpBeforeTheFailingOne() throws Exception {
        try (Pair pair = run(Fault.SEND_SETUP)) {
            assertEquals("channel 2: method plain cannot be set up: no memory for a window",
                    pair.sourceError.getMessage());
            assertEquals(Kind.METHOD, pair.sourceError.kind());
            assertEquals(List.of("send 1", "send 0"), closed);
        }
    }

    @Test
    void shouldNameTheChannelWhereCompressingFailed() throws Exception {
        try (Pair pair = run(Fault.PREPARE)) {
            assertTrue(pair.sourceError.getMessage().matches("channel [012], packet [0-9]+: cannot compress"),
                    pair.sourceError.getMessage());
            assertEquals(Kind.METHOD, pair.sourceError.kind());
            // The destination may not have got as far as to set its methods up.
            assertEquals(List.of("send 2", "send 1", "send 0"), closed.stream().filter(s -> s.startsWith("send"))
                    .toList());
        }
    }

    @Test
    void shouldReportAProvidersBug() throws Exception {
        try (Pair pair = run(Fault.PREPARE_BUG)) {
            assertTrue(pair.sourceError.getMessage()
                    .matches("channel [012], packet [0-9]+: method plain of .* broke its contract in prepare:"
                    + " ArrayIndexOutOfBoundsException: Array index out of range: 7; multifd verify tries "
                    + "its provider rule by rule"), pair.sourceError.getMessage());
            assertEquals(Kind.INTERNAL, pair.sourceError.kind());
        }
    }

    @Test
    void shouldNotTakeABugInASetupForTheUsersMistake() throws Exception {
        try (Pair pair = run(Fault.SEND_SETUP_BUG)) {
            assertEquals("channel 2: method plain of " + ORIGIN
                    + " broke its contract in sendSetup: IllegalArgumentException: level 7; multifd verify "
                    + "tries its provider rule by rule", pair.sourceError.getMessage());
            assertEquals(Kind.INTERNAL, pair.sourceError.kind());
            assertEquals(List.of("send 1", "send 0"), closed);
        }
        try (Pair pair = run(Fault.RECV_SETUP_BUG)) {
            assertEquals("channel 1: method plain of " + ORIGIN
                    + " broke its contract in recvSetup: IllegalArgumentException: level 7; multifd verify "
                    + "tries its provider rule by rule", pair.destinationError.getMessage());
            assertEquals(Kind.INTERNAL, pair.destinationError.kind());
        }
    }

    @Test
    void shouldRefuseAnEmptyPayload() throws Exception {
        try (Pair pair = run(Fault.EMPTY_PAYLOAD)) {
            assertTrue(pair.sourceError.getMessage()
                    .endsWith("the method made a payload of 0 bytes, expected 1..1048576 (rule 2.3)"),
                    pair.sourceError.getMessage());
        }
    }

    @Test
    void shouldSucceedWhenOnlyACloseFails() throws Exception {
        try (Pair pair = run(Fault.SEND_CLOSE)) {
            assertNull(pair.sourceError);
            assertEquals(6, closed.size(), "a failing close stops no other: " + closed);
        }
    }

    @Test
    void shouldSucceedWhenEachCloseHasABug() throws Exception {
        for (Fault fault : List.of(Fault.SEND_CLOSE_BUG, Fault.RECV_CLOSE_BUG)) {
            closed.clear();
            try (Pair pair = run(fault)) {
                assertNull(pair.sourceError);
                assertNull(pair.destinationError);
                assertEquals(6, closed.size(), "a failing close stops no other: " + closed);
            }
        }
    }

    @Test
    void shouldTellTheSourceThatTheReceiversSetupFailed() throws Exception {
        try (Pair pair = run(Fault.RECV_SETUP)) {
            assertEquals("channel 1: method plain cannot be set up: no memory for a window",
                    pair.destinationError.getMessage());
            assertEquals(Kind.METHOD, pair.destinationError.kind());
            assertEquals("the destination failed: channel 1: method plain cannot be set up: no memory for a window",
                    pair.sourceError.getMessage());
            assertTrue(closed.contains("recv 0") && !closed.contains("recv 1"), closed.toString());
        }
    }

    @Test
    void shouldNameThePacketThatCouldNotBeDecoded() throws Exception {
        try (Pair pair = run(Fault.RECV)) {
            assertTrue(pair.destinationError.getMessage().matches("channel [012], packet [0-9]+: bad checksum"),
                    pair.destinationError.getMessage());
            assertEquals(Kind.STREAM, pair.destinationError.kind());
            assertTrue(pair.sourceError.getMessage()
                    .matches("the destination failed: channel [012], packet [0-9]+: bad checksum"),
                    pair.sourceError.getMessage());
        }
    }

    @Test
    void shouldReportAReceiversBug() throws Exception {
        try (Pair pair = run(Fault.RECV_BUG)) {
            assertEquals(Kind.INTERNAL, pair.destinationError.kind());
            assertTrue(pair.destinationError.getMessage().contains(" broke its contract in recv: Array"),
                    pair.destinationError.getMessage());
        }
    }

    @Test
    void shouldRefuseAMethodThatLeavesBytesOver() throws Exception {
        try (Pair pair = run(Fault.RECV_UNREAD)) {
            assertTrue(pair.destinationError.getMessage()
                    .matches("channel [012], packet [0-9]+: payload: the method left [0-9]+ of"
                    + " [0-9]+ bytes unread, expected 0 \\(rule 3.2\\)"), pair.destinationError.getMessage());
        }
    }
}
