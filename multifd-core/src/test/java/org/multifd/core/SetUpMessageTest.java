package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.wire.InitPacket;

/** The set-up message and the format version: used wrongly by a provider, and forged by a peer. */
class SetUpMessageTest {

    @TempDir
    Path directory;

    /** A method whose sender does this with its parameters. */
    private static PlainMethod sending(String name, Consumer<MultiFDSendParams> what) {
        return new PlainMethod(name) {
            @Override
            public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
                what.accept(params);
                return super.sendSetup(params);
            }
        };
    }

    private static PlainMethod version(int format) {
        return new PlainMethod("versioned") {
            @Override
            public int formatVersion() {
                return format;
            }

            @Override
            public boolean readsFormat(int version) {
                if (version == 7) {
                    throw new IllegalStateException("a bug");
                }
                return version <= format;
            }
        };
    }

    private static Pair run(PlainMethod source, PlainMethod destination) throws Exception {
        Pair pair = new Pair();
        pair.sourceMethods = MethodRegistry.of(source);
        pair.destinationMethods = MethodRegistry.of(destination);
        pair.source.set("multifd-compression", source.name());
        return pair.run();
    }

    /** What a sender may not do, and the end of the message. */
    enum Misuse {
        TWICE("received a set-up message of 3 bytes, expected one for each channel") {
            @Override
            void with(MultiFDSendParams params) {
                params.tellReceiver(ByteBuffer.allocate(3));
                params.tellReceiver(ByteBuffer.allocate(3));
            }
        },
        EMPTY("received a set-up message of 0 bytes, expected 1..65536") {
            @Override
            void with(MultiFDSendParams params) {
                params.tellReceiver(ByteBuffer.allocate(0));
            }
        },
        TOO_LONG("received a set-up message of 65537 bytes, expected 1..65536") {
            @Override
            void with(MultiFDSendParams params) {
                params.tellReceiver(ByteBuffer.allocate(65_537));
            }
        };

        private final String message;

        Misuse(String message) {
            this.message = message;
        }

        abstract void with(MultiFDSendParams params);
    }

    @ParameterizedTest
    @EnumSource
    void shouldBlameTheProviderThatMisusesIt(Misuse misuse) throws Exception {
        try (Pair pair = run(sending("mine", misuse::with), new PlainMethod("mine"))) {
            assertTrue(pair.sourceError.getMessage().matches("channel 0: method mine of .* broke its contract in "
                    + "sendSetup: IllegalStateException: " + misuse.message + "; multifd verify .*"),
                    pair.sourceError.getMessage());
            assertEquals(Kind.INTERNAL, pair.sourceError.kind());
        }
    }

    @Test
    void shouldRefuseAMessageAfterSetUp() throws Exception {
        AtomicReference<MultiFDSendParams> kept = new AtomicReference<>();
        try (Pair pair = run(sending("mine", kept::set), new PlainMethod("mine"))) {
            assertNull(pair.sourceError);
        }
        assertEquals("received a set-up message of 1 bytes, expected it in sendSetup",
                assertThrows(IllegalStateException.class,
                        () -> kept.get().tellReceiver(ByteBuffer.allocate(1))).getMessage());
    }

    @Test
    void shouldHaveNoWayToTellForAMethodOfQemus() throws Exception {
        try (Pair pair = run(sending("zlib", params -> {
            assertEquals(false, params.canTellReceiver());
            params.tellReceiver(ByteBuffer.allocate(1));
        }), new PlainMethod("zlib"))) {
            assertTrue(pair.sourceError.getMessage().contains("received a set-up message of 1 bytes, expected none: "
                    + "method zlib is QEMU's, which expects nothing"), pair.sourceError.getMessage());
        }
    }

    @Test
    void shouldCarryTheLongestMessage() throws Exception {
        AtomicReference<ByteBuffer> received = new AtomicReference<>();
        ByteBuffer longest = ByteBuffer.allocateDirect(65_536).put(65_535, (byte) 9);
        PlainMethod receiver = new PlainMethod("mine") {
            @Override
            public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
                received.set(params.setupMessage());
                return super.recvSetup(params);
            }
        };
        try (Pair pair = run(sending("mine", params -> params.tellReceiver(longest)), receiver)) {
            assertNull(pair.sourceError);
            assertNull(pair.destinationError);
        }
        assertEquals(longest, received.get());
        assertTrue(received.get().isReadOnly());
    }

    @Test
    void shouldHaveNoMessageIfNoneWasTold() throws Exception {
        AtomicReference<ByteBuffer> received = new AtomicReference<>(ByteBuffer.allocate(1));
        PlainMethod receiver = new PlainMethod("mine") {
            @Override
            public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
                received.set(params.setupMessage());
                return super.recvSetup(params);
            }
        };
        try (Pair pair = run(new PlainMethod("mine"), receiver)) {
            assertNull(pair.destinationError);
        }
        assertNull(received.get());
    }

    @Test
    void shouldReadAnOlderFormatAndRefuseANewerOne() throws Exception {
        try (Pair pair = run(version(2), version(3))) {
            assertNull(pair.destinationError);
        }
        try (Pair pair = run(version(3), version(2))) {
            String message = pair.destinationError.getMessage();
            assertTrue(message.matches("channel [01]: received format version 3 of method versioned, expected 2, which "
                    + ".* reads; use providers of the same format at both ends"), message);
            assertEquals(Kind.METHOD, pair.destinationError.kind());
            assertEquals("the destination failed: " + message, pair.sourceError.getMessage());
        }
    }

    @Test
    void shouldBlameAProviderThatFailsToSayWhatItReads() throws Exception {
        try (Pair pair = run(version(7), version(8))) {
            String message = pair.destinationError.getMessage();
            assertTrue(message.matches("channel [01]: method versioned of .* broke its contract in readsFormat: "
                    + "IllegalStateException: a bug; multifd verify .*"), message);
            assertEquals(Kind.INTERNAL, pair.destinationError.kind());
        }
    }

    /** A relay that makes its own payloads tells its own version, one that passes them on the source's. */
    @Test
    void shouldTellTheVersionOfWhoeverMakesThePayloads() throws Exception {
        String address = "unix:" + directory.resolve("to");
        MethodRegistry relays = MethodRegistry.of(version(3), new PlainMethod("other"));
        for (String in : new String[] {"versioned", "other"}) {
            AtomicReference<Integer> seen = new AtomicReference<>();
            PlainMethod last = new PlainMethod("versioned") {
                @Override
                public boolean readsFormat(int version) {
                    seen.set(version);
                    return true;
                }
            };
            try (Relaying relaying = new Relaying(relays, "versioned", address);
                    MigrationDestination destination = new MigrationDestination(MethodRegistry.of(last),
                            MigrationParameters.defaults(), RamSupplier.allocating(1 << 30));
                    TestGuest guest = new TestGuest(TestGuest.ram(4096, 2 << 20), 3, new byte[0])) {
                destination.listen(address);
                CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
                new MigrationSource(MethodRegistry.of(version(2), new PlainMethod("other")),
                        MigrationParameters.builder().set("multifd-compression", in).build(), guest.ram, guest.log,
                        guest).migrate(relaying.address);
                relaying.relayed();
                received.get();
            }
            assertEquals(in.equals("versioned") ? 2 : 3, seen.get());
        }
    }

    /** A forged length, and a message that is cut off: the channel is named, what came, and what was expected. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "65537 | 0 | received a set-up message of 65537 bytes for method plain, expected at most 65536",
        "-1 | 0 | received a set-up message of 4294967295 bytes for method plain, expected at most 65536",
        "20 | 10 | connection closed by the peer: received 10 bytes of a set-up message, expected 20"})
    void shouldNameWhatIsWrongWithTheMessage(int length, int sent, String why) throws Exception {
        try (Pair pair = new Pair()) {
            pair.destination.set("multifd-channels", 1);
            MigrationDestination destination = pair.listening();
            String address = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            try (HandSource source = new HandSource(address)) {
                source.main(true);
                Connection channel = source.connect();
                ByteBuffer init = ByteBuffer.allocate(InitPacket.SIZE + Integer.BYTES + sent);
                new InitPacket(HandSource.ID, 0, "plain").encode(init);
                channel.writeFully(init.putInt(length).clear());
                channel.shutdownOutput();
                source.list(1 << 20);
                Throwable error = assertThrows(ExecutionException.class, received::get).getCause();
                assertEquals("channel 0: " + why, error.getMessage());
            }
        }
    }
}
