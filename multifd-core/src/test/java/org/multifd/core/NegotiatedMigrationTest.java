package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.multifd.core.MigrationException.Kind;

class NegotiatedMigrationTest {

    private static MethodRegistry with(String... names) {
        MethodRegistry registry = MethodRegistry.of();
        for (String name : names) {
            registry.register(new PlainMethod(name));
        }
        return registry;
    }

    @Test
    void shouldTakeTheFirstNameThatBothSidesHave() throws Exception {
        try (Pair pair = new Pair()) {
            pair.sourceMethods = with("a", "b", "c");
            pair.destinationMethods = with("c", "b");
            pair.source.set("multifd-compression", "a,b,c");
            pair.run();
            assertNull(pair.sourceError);
            assertEquals("b", pair.sent.method());
            assertEquals("b", pair.received.method());
            MigrationTest.assertSame(pair.guest.ram, pair.incoming.ram());
        }
    }

    @Test
    void shouldGiveEachSidesReasonsWhenNothingFits() throws Exception {
        try (Pair pair = new Pair()) {
            pair.sourceMethods = with("a", "b");
            pair.destinationMethods = with("a", "c");
            pair.source.set("multifd-compression", "a,b,c");
            pair.destination.set("multifd-compression", "c");
            pair.run();
            assertEquals(Kind.METHOD, pair.sourceError.kind());
            String message = pair.sourceError.getMessage();
            assertTrue(message.startsWith("negotiation: no method of a,b,c works on both sides; here: c ("), message);
            assertTrue(message.contains("; peer: a (multifd-compression is c there), b ("), message);
        }
    }

    @Test
    void shouldSayThatAQemuCannotNegotiate() throws Exception {
        try (ServerSocket qemu = new ServerSocket(0); Pair pair = new Pair()) {
            CompletableFuture.runAsync(() -> {
                try {
                    qemu.accept().close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            pair.sourceMethods = with("a", "b");
            MigrationSource source = new MigrationSource(pair.sourceMethods,
                    pair.source.set("multifd-compression", "a,b").build(), pair.guest.ram, pair.log, pair.guest);
            try {
                source.migrate("tcp:127.0.0.1:" + qemu.getLocalPort());
                throw new AssertionError("nobody answered");
            } catch (MigrationException e) {
                assertEquals(Kind.PEER, e.kind());
                assertTrue(e.getMessage().startsWith("negotiation of a,b with tcp:127.0.0.1:"), e.getMessage());
                assertTrue(e.getMessage().endsWith("; give one multifd-compression if the peer is QEMU"),
                        e.getMessage());
            }
        }
    }
}
