package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.provider.Direction;
import org.multifd.core.internal.provider.Seat;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.wire.Flags;
import org.multifd.core.internal.wire.PacketHeader;

/** How many bytes leave a relay for those that come, by the number of pages in a packet. */
class RelayedBytesTest {

    private static final MethodRegistry METHODS = MethodRegistry.load();
    private static final int PAGE = HandSource.PAGE;
    private static final int PAGES = 256;
    private static final int WORDS = 64;
    /** The source's, so that payloads that a relay makes are others. */
    private static final Map<String, Integer> LEVELS = Map.of("multifd-zlib-level", 9, "multifd-zstd-level", 9);

    /** Pages as guests have them: of words that come again within a page and in others. */
    private static byte[] ram() {
        SplittableRandom random = new SplittableRandom(7);
        long[] words = random.longs(WORDS).toArray();
        ByteBuffer ram = ByteBuffer.allocate(PAGES * PAGE);
        while (ram.hasRemaining()) {
            ram.putLong(random.nextInt(4) == 0 ? random.nextLong() : words[random.nextInt(WORDS)]);
        }
        return ram.array();
    }

    /** Sends all of RAM on one channel in packets of so many pages, as a QEMU does. */
    private static void send(HandSource source, String method, int pages, byte[] ram) throws Exception {
        RamBlock block = new RamBlock("ram", PAGE, false, ByteBuffer.allocateDirect(ram.length).put(ram).flip());
        RamRuns runs = new RamRuns(PAGE, PacketHeader.pageCount(PAGE), true);
        PacketHeader header = new PacketHeader(PAGE);
        ByteBuffer bytes = ByteBuffer.allocate(header.size());
        ByteBuffer[] packet = new ByteBuffer[PacketHeader.pageCount(PAGE) + 1];
        Failure failure = new Failure();
        try (Seats seats = new Seats(METHODS.providers(), LEVELS, Eventually.PATIENT_MILLIS, failure)) {
            Seat encoder = seats.take(method, Direction.SEND, () -> "here");
            encoder.setUpSender(0, PAGE);
            for (int first = 0; first < PAGES; first += pages) {
                for (int i = 0; i < pages; i++) {
                    header.offsets[i] = (long) (first + i) * PAGE;
                }
                header.flags = Flags.ofMethod(method);
                header.normalPages = pages;
                runs.set(block, header.offsets, pages);
                int buffers = encoder.encode(runs, packet);
                header.payloadLength = encoder.payloadBytes();
                header.encode(bytes.clear(), PacketHeader.blockName("ram"));
                packet[0] = bytes.flip();
                source.channel(0).writeFully(packet, 0, buffers + 1);
            }
            encoder.close();
        }
    }

    /** Relays RAM; the figures of its one channel. */
    private static RelayStats.Channel relay(String in, int pages, String out, Object... parameters) throws Exception {
        byte[] ram = ram();
        try (MigrationDestination destination = new MigrationDestination(METHODS, MigrationParameters.builder()
                .set("multifd-channels", 1).build(), RamSupplier.allocating(1 << 30));
                Relaying relaying = new Relaying(METHODS, out, destination.listen("tcp:127.0.0.1:0"), parameters);
                HandSource source = new HandSource(relaying.address)) {
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            source.main(true).channel(HandSource.ID, 0, Flags.ofMethod(in) == Flags.EXTENSION ? in : null);
            source.sync(false).list(ram.length);
            send(source, in, pages, ram);
            source.sync(false).last().tail((byte) 0, (byte) 6, (byte) 0, (byte) 0, (byte) 0, (byte) 2, (byte) '{',
                    (byte) '}');
            assertTrue(source.told(), "the destination has loaded it");
            source.channel(0).shutdownOutput();
            source.main.shutdownMain();
            received.get();
            byte[] arrived = new byte[ram.length];
            destination.ram().read("ram", 0, ByteBuffer.wrap(arrived));
            assertArrayEquals(ram, arrived);
            return relaying.relayed().channels().get(0);
        }
    }

    static Stream<Arguments> packets() {
        return Stream.of("none", "zlib", "zstd", "lz4").flatMap(method -> IntStream.of(1, 4, 16, 128)
                .mapToObj(pages -> Arguments.of(method, pages)));
    }

    @ParameterizedTest
    @MethodSource("packets")
    void shouldLeaveAsManyBytesAsComeByTheSameMethod(String method, int pages) throws Exception {
        RelayStats.Channel channel = relay(method, pages, method);
        assertEquals(PAGES / pages + 2, channel.packets());
        assertEquals(channel.payloadBytesIn(), channel.payloadBytesOut());
        assertEquals(channel.bytesIn(), channel.bytesOut());
    }

    @Test
    void shouldMakePayloadsOfItsOwnWithAParameterOfItsMethod() throws Exception {
        RelayStats.Channel passed = relay("zlib", 4, "zlib", "multifd-zstd-level", 9);
        assertEquals(passed.payloadBytesIn(), passed.payloadBytesOut(), "a parameter of another method");
        RelayStats.Channel stored = relay("zlib", 4, "zlib", "multifd-zlib-level", 0);
        assertTrue(stored.payloadBytesOut() > PAGES * PAGE, stored.toString());
    }
}
