package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MigrationTest {

    @ParameterizedTest
    @CsvSource({"4096,1,multifd,flush", "4096,4,multifd,flush", "16384,2,legacy,flush", "65536,3,none,flush",
            "4096,2,legacy,eos", "4096,255,multifd,eos"})
    void shouldMoveARunningGuest(int pageSize, int channels, String zeroPages, String rule) throws Exception {
        MethodRegistry registry = MethodRegistry.of(new PlainMethod("plain"));
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-channels", channels)
                .set("multifd-compression", "plain").set("zero-page-detection", zeroPages).set("sync-rule", rule)
                .build();
        byte[] state = {1, 2, 3, 0, 6};
        try (TestGuest guest = new TestGuest(TestGuest.ram(pageSize, 6 << 20, 64 << 10), 7, state);
                MigrationDestination destination = new MigrationDestination(registry, parameters,
                        RamSupplier.allocating(1 << 30))) {
            String address = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = receive(destination);
            guest.start();
            MigrationStats sent = new MigrationSource(registry, parameters, guest.ram, guest.log, guest)
                    .migrate(address);
            MigrationStats in = received.get();
            assertEquals(MigrationStats.State.COMPLETED, sent.state());
            assertSame(guest.ram, destination.ram());
            assertArrayEquals(state, destination.deviceState());
            assertEquals(sent.wireBytes(), in.wireBytes());
            assertTrue(sent.rounds() >= 2, sent.toString());
        }
    }

    static CompletableFuture<MigrationStats> receive(MigrationDestination destination) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return destination.receive();
            } catch (MigrationException e) {
                throw new CompletionException(e);
            }
        });
    }

    static void assertSame(GuestRam expected, GuestRam actual) {
        assertEquals(expected.blocks(), actual.blocks());
        for (String block : expected.blocks()) {
            assertEquals(expected.length(block), actual.length(block));
            assertNull(firstDifference(expected, actual, block), block);
        }
    }

    private static String firstDifference(GuestRam expected, GuestRam actual, String block) {
        ByteBuffer a = ByteBuffer.allocate(expected.pageSize());
        ByteBuffer b = ByteBuffer.allocate(expected.pageSize());
        for (long offset = 0; offset < expected.length(block); offset += a.capacity()) {
            expected.read(block, offset, a.clear());
            actual.read(block, offset, b.clear());
            if (!a.flip().equals(b.flip())) {
                return "page at " + offset;
            }
        }
        return null;
    }
}
