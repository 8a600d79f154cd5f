package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.capture.PlainChannel;
import org.multifd.core.capture.PlainGuest;
import org.multifd.core.capture.PlainMain;

/**
 * What we write, as it crossed the wire, is what QEMU expects as far as can be told without one, and another reader
 * with other decoders makes the same guest of it.
 */
class OutgoingStreamTest {

    private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    private static final int PAGES_OFFSET = 320;
    private static final int NAME_OFFSET = 64;
    private static final int CHECKSUM = 0x4d464353;
    private static final int PAYLOAD_LIMIT = 1 << 20;

    @ParameterizedTest
    @CsvSource({"none,0,flush,multifd", "zlib,2,flush,multifd", "zstd,4,flush,multifd", "lz4,62,flush,multifd",
            "none,0,eos,legacy", "zlib,2,eos,none", "zstd,4,flush,legacy", "lz4,62,eos,legacy"})
    void shouldBeReadByOthers(String method, int methodFlags, String rule, String zeroPages) throws Exception {
        MethodRegistry registry = MethodRegistry.load();
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-compression", method).set("uuid",
                ID)
                .set("sync-rule", rule).set("zero-page-detection", zeroPages)
                // told, because main may run ahead of the channels' connections within the proxy
                .set("multifd-channels", 2).build();
        try (TestGuest guest = new TestGuest(TestGuest.ram(4096, 6 << 20, 64 << 10), 11, new byte[] {1, 2, 3});
                MigrationDestination destination = new MigrationDestination(registry, parameters,
                        RamSupplier.allocating(1 << 30));
                RecordingProxy proxy = new RecordingProxy(destination.listen("tcp:127.0.0.1:0"))) {
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            guest.start();
            MigrationStats sent = new MigrationSource(registry, parameters, guest.ram, guest.log, guest)
                    .migrate(proxy.address());
            received.get();
            List<byte[]> recordings = proxy.recordings();
            PlainMain main = PlainMain.parse(recordings.get(0));
            List<PlainChannel> channels = recordings.stream().skip(1).map(PlainChannel::parse).toList();

            assertEquals(2, channels.size());
            for (int id = 0; id < channels.size(); id++) {
                assertEquals(id, channels.get(id).id);
                assertInit(channels.get(id), method);
                assertEquals(main.marks(), channels.get(id).syncs, "a SYNC for each mark");
                for (PlainChannel.Packet packet : channels.get(id).packets) {
                    assertPacket(channels.get(id), packet, methodFlags);
                }
            }
            assertEquals(rule.equals("flush"), main.flushRule);
            assertEquals(rule.equals("flush"), main.flushes > 0);
            assertEquals(zeroPages.equals("multifd"), channels.stream().anyMatch(channel -> channel.zeroPages() > 0));
            assertEquals(zeroPages.equals("legacy"), !main.records.isEmpty());
            assertTrue(main.records.stream().allMatch(record -> record.position() < 0), "pages on main");
            assertEquals(sent.normalPages(), channels.stream().mapToLong(PlainChannel::normalPages).sum());
            assertSame(guest.ram, PlainGuest.of(main, channels, method).ram);
        }
    }

    private static void assertInit(PlainChannel channel, String method) {
        assertEquals(ID, channel.uuid);
        assertEquals(method, channel.method);
        boolean ofQemu = List.of("none", "zlib", "zstd").contains(method);
        assertZero(channel.bytes, 25, 26);
        assertEquals(ofQemu ? 0 : 1, ByteBuffer.wrap(channel.bytes).getShort(26), "the version of the method's format");
        assertZero(channel.bytes, 28, 32);
        assertZero(channel.bytes, 32 + method.length(), 64);
    }

    private static void assertPacket(PlainChannel channel, PlainChannel.Packet packet, int methodFlags) {
        int pages = packet.normal() + packet.zero();
        assertEquals(packet.sync() ? 1 : methodFlags, packet.flags());
        assertEquals(packet.sync() ? 0 : 128, packet.allocated());
        assertEquals(packet.sync(), pages == 0);
        assertTrue(pages <= 128 && packet.payload() <= PAYLOAD_LIMIT, packet.toString());
        assertEquals(packet.normal() == 0 ? 0 : packet.payload(), ByteBuffer.wrap(channel.bytes)
                .getInt(packet.position() + 20));
        ByteBuffer header = ByteBuffer.wrap(channel.bytes);
        assertEquals(packet.sync() ? CHECKSUM : 0, header.getInt(packet.position() + 36));
        assertZero(channel.bytes, packet.position() + (packet.sync() ? 48 : 40), packet.position() + NAME_OFFSET);
        assertZero(channel.bytes, packet.position() + NAME_OFFSET + packet.block().length(), packet.position()
                + PAGES_OFFSET);
        assertZero(channel.bytes, packet.position() + PAGES_OFFSET + 8 * pages, packet.position()
                + PlainChannel.HEADER);
    }

    private static void assertZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            assertEquals(0, bytes[i], "byte " + i);
        }
    }

    private static void assertSame(GuestRam expected, Map<String, byte[]> actual) {
        assertEquals(expected.blocks(), List.copyOf(actual.keySet()));
        for (String block : expected.blocks()) {
            byte[] bytes = new byte[Math.toIntExact(expected.length(block))];
            expected.read(block, 0, ByteBuffer.wrap(bytes));
            assertArrayEquals(bytes, actual.get(block), block);
        }
    }
}
