package org.multifd.core.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.RamSupplier;
import org.multifd.core.RelayStats;
import org.multifd.core.Relaying;

/** Stock QEMUs' recorded migrations pass through a relay and arrive as they were, by another method. */
class CaptureRelayTest {

    private static final MethodRegistry METHODS = MethodRegistry.load();

    static Stream<Arguments> captures() {
        return Capture.MULTIFD.stream().flatMap(capture -> Stream.of("none", "zlib", "zstd", "lz4")
                .map(method -> Arguments.of(capture, method)));
    }

    private static CompletableFuture<MigrationStats> receive(MigrationDestination destination) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return destination.receive();
            } catch (MigrationException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("captures")
    void shouldArriveAsItWas(Capture capture, String method) throws Exception {
        Recorded recorded = Recorded.of(capture);
        try (MigrationDestination destination = new MigrationDestination(METHODS, MigrationParameters.builder()
                .set("multifd-channels", capture.channels()).build(), RamSupplier.allocating(64 << 20));
                Relaying relaying = new Relaying(METHODS, method, destination.listen("tcp:127.0.0.1:0"))) {
            CompletableFuture<MigrationStats> received = receive(destination);
            Replayer replayer = new Replayer(relaying.address, recorded.connections().stream()
                    .map(bytes -> new Replayer.Connection(bytes, true)).toList(), true);
            RelayStats relayed = relaying.relayed();
            assertEquals(method, received.get().method());
            for (String block : destination.ram().blocks()) {
                byte[] ram = new byte[Math.toIntExact(destination.ram().length(block))];
                destination.ram().read(block, 0, ByteBuffer.wrap(ram));
                assertArrayEquals(recorded.guest.ram.get(block), ram, block);
            }
            assertArrayEquals(recorded.main.tail(), destination.deviceState());
            assertEquals(capture.method(), relayed.incomingMethod());
            assertEquals(recorded.main.marks(), relayed.rounds());
            assertEquals(recorded.main.bytes.length, relayed.mainBytes());
            assertEquals(recorded.main.records.size(), relayed.zeroPagesOnMain());
            assertEquals(recorded.channels.stream().mapToLong(PlainChannel::normalPages).sum(), relayed.normalPages());
            assertEquals(recorded.channels.stream().mapToLong(PlainChannel::zeroPages).sum(),
                    relayed.zeroPages() - relayed.zeroPagesOnMain());
            assertEquals(List.of(), replayer.awaitClosed());
            if (method.equals(capture.method())) {
                assertAsManyBytes(relayed);
            }
        }
    }

    /** A payload that came by the same method has left as it came: only packets that say nothing are left out. */
    private static void assertAsManyBytes(RelayStats relayed) {
        for (RelayStats.Channel channel : relayed.channels()) {
            assertEquals(channel.payloadBytesIn(), channel.payloadBytesOut());
            assertTrue(channel.bytesOut() <= channel.bytesIn(), channel.toString());
        }
    }
}
