package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.api.Availability;
import org.multifd.core.MigrationException.Kind;

/**
 * What a method is told of a packet, the block, each page's offset and the ends of rounds, is the same at both ends of
 * each hop, and a head in front of the pages arrives: between a source and a destination in memory or into a file, and
 * through a relay that passes payloads on or makes its own.
 */
class ToldPacketsTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSeeTheSameAtSourceAndDestination(boolean intoFile) throws Exception {
        TellingMethod method = new TellingMethod("telling");
        try (Pair pair = new Pair()) {
            pair.sourceMethods = MethodRegistry.of(method);
            pair.destinationMethods = pair.sourceMethods;
            pair.snapshot = intoFile ? directory.resolve("guest.snap") : null;
            pair.source.set("multifd-compression", "telling");
            pair.run();
            assertNull(pair.sourceError);
            assertNull(pair.destinationError);
            assertTrue(method.packets.get() > 2, method.packets + " packets");
            assertTrue(method.rounds.get() >= 4, method.rounds + " ends of rounds on two channels");
        }
    }

    /** In and out: telling both ways is passed on as it came, the others are made anew. */
    @ParameterizedTest
    @CsvSource({"telling, telling", "other, telling", "telling, other"})
    void shouldSeeTheSameOnBothSidesOfARelay(String in, String out) throws Exception {
        TellingMethod method = new TellingMethod("telling");
        MethodRegistry methods = MethodRegistry.of(method, new PlainMethod("other"));
        String address = "unix:" + directory.resolve("to");
        try (Relaying relaying = new Relaying(methods, out, address);
                MigrationDestination destination = new MigrationDestination(methods, MigrationParameters.defaults(),
                        RamSupplier.allocating(1 << 30));
                TestGuest guest = new TestGuest(TestGuest.ram(4096, 2 << 20), 3, new byte[0])) {
            destination.listen(address);
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            new MigrationSource(methods, MigrationParameters.builder().set("multifd-compression", in).build(),
                    guest.ram, guest.log, guest).migrate(relaying.address);
            relaying.relayed();
            received.get();
        }
        assertTrue(method.packets.get() > 2, method.packets + " packets");
        assertTrue(method.rounds.get() >= 4, method.rounds + " ends of rounds");
    }

    /** A method that cannot send here is refused before anybody connects; a destination uses it. */
    @Test
    void shouldReceiveByAMethodThatCannotSend() throws Exception {
        MethodRegistry receiving = MethodRegistry.of(receivingOnly(), new PlainMethod("other"));
        try (Pair pair = new Pair()) {
            pair.sourceMethods = MethodRegistry.of(new PlainMethod("half"));
            pair.destinationMethods = receiving;
            pair.source.set("multifd-compression", "half");
            pair.run();
            assertNull(pair.sourceError);
            assertNull(pair.destinationError);
        }
    }

    private static PlainMethod receivingOnly() {
        return new PlainMethod("half") {
            @Override
            public Availability availability() {
                return Availability.receivingOnly("a decoder\nwithout an encoder");
            }
        };
    }

    @Test
    void shouldRefuseToSendByAMethodThatCannot() throws Exception {
        try (Pair pair = new Pair()) {
            pair.sourceMethods = MethodRegistry.of(receivingOnly(), new PlainMethod("other"));
            pair.destinationMethods = MethodRegistry.of(new PlainMethod("half"));
            pair.source.set("multifd-compression", "half");
            pair.run();
            assertTrue(pair.sourceError.getMessage().matches("method half: unusable: .*: it can only receive here: a "
                    + "decoder without an encoder; usable: other; use another method or mend this one"),
                    pair.sourceError.getMessage());
            assertEquals(Kind.METHOD, pair.sourceError.kind());
        }
    }

    @Test
    void shouldNotAskForItInANegotiation() throws Exception {
        AtomicReference<String> used = new AtomicReference<>();
        try (Pair pair = new Pair()) {
            pair.sourceMethods = MethodRegistry.of(receivingOnly(), new PlainMethod("other"));
            pair.destinationMethods = MethodRegistry.of(new PlainMethod("half"), new PlainMethod("other"));
            pair.source.set("multifd-compression", "half,other");
            pair.run();
            assertNull(pair.sourceError);
            used.set(pair.sent.method());
        }
        assertEquals("other", used.get());
    }

    @Test
    void shouldNotStartARelayThatCannotSend() {
        MigrationException error = org.junit.jupiter.api.Assertions.assertThrows(MigrationException.class,
                () -> new Relay(MethodRegistry.of(receivingOnly()), MigrationParameters.builder()
                        .set("multifd-compression", "half").build()).listen("tcp:127.0.0.1:0", "tcp:127.0.0.1:1"));
        assertTrue(error.getMessage().contains("it can only receive here: a decoder without an encoder"),
                error.getMessage());
    }
}
