package org.multifd.core.internal.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketHeaderTest {

    /** A buffer in which every byte that is not written shows. */
    private static ByteBuffer poisoned(int size) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) 0xA5);
        return ByteBuffer.wrap(bytes);
    }

    private static byte[] encoded(PacketHeader header, String block) {
        ByteBuffer out = poisoned(header.size() + 10).position(3);
        header.encode(out, block == null ? null : PacketHeader.blockName(block));
        assertEquals(3 + header.size(), out.position());
        assertEquals((byte) 0xA5, out.get(2));
        assertEquals((byte) 0xA5, out.get(3 + header.size()));
        return Arrays.copyOfRange(out.array(), 3, 3 + header.size());
    }

    private static PacketHeader good(int pageSize) {
        PacketHeader header = new PacketHeader(pageSize);
        header.flags = 0x04;
        header.normalPages = 2;
        header.zeroPages = 1;
        header.payloadLength = 5000;
        header.packetNum = 77;
        Arrays.fill(header.offsets, -1);
        header.offsets[0] = 3L * pageSize;
        header.offsets[1] = 0;
        header.offsets[2] = 5L * pageSize;
        return header;
    }

    @ParameterizedTest
    @CsvSource({"4096, 128, 1344", "16384, 32, 576", "65536, 8, 384"})
    void shouldBeAsLongAsItsOffsets(int pageSize, int pages, int size) {
        assertEquals(pages, PacketHeader.pageCount(pageSize));
        assertEquals(size, new PacketHeader(pageSize).size());
        assertEquals(pages, new PacketHeader(pageSize).offsets.length);
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 16384, 65536})
    void shouldWriteWhatTheFormatSaysAndZerosElsewhere(int pageSize) {
        assertArrayEquals(new RawHeader(pageSize).bytes.array(), encoded(good(pageSize), "pc.ram"));
    }

    @Test
    void shouldWriteASyncPacketOfNothingButZeros() {
        PacketHeader header = good(4096);
        header.flags = Flags.SYNC;
        header.normalPages = 0;
        header.zeroPages = 0;
        byte[] expected = ByteBuffer.allocate(1344).putInt(0x11223344).putInt(1).putInt(1).putLong(24, 77).array();
        assertArrayEquals(expected, encoded(header, null));
    }

    @Test
    void shouldCarryAChecksumWithASyncOnly() throws WireException {
        PacketHeader header = good(4096);
        header.hasChecksum = true;
        header.checksum = 0x1122334455667788L;
        assertArrayEquals(new RawHeader(4096).bytes.array(), encoded(header, "pc.ram"), "a page packet stays as it is");
        header.flags = Flags.SYNC;
        header.normalPages = 0;
        header.zeroPages = 0;
        byte[] expected = ByteBuffer.allocate(1344).putInt(0x11223344).putInt(1).putInt(1).putLong(24, 77)
                .putInt(36, 0x4d464353).putLong(40, header.checksum).array();
        assertArrayEquals(expected, encoded(header, null));
        PacketHeader decoded = new PacketHeader(4096);
        decoded.decode(ByteBuffer.wrap(expected), null);
        assertTrue(decoded.hasChecksum);
        assertEquals(header.checksum, decoded.checksum);
        expected[36] = 0;
        decoded.decode(ByteBuffer.wrap(expected), null);
        assertFalse(decoded.hasChecksum);
        assertEquals(0, decoded.checksum);
    }

    @Test
    void shouldWriteNoPayloadLengthWithoutNormalPages() throws WireException {
        PacketHeader header = good(4096);
        header.normalPages = 0;
        header.zeroPages = 3;
        ByteBuffer bytes = ByteBuffer.wrap(encoded(header, "pc.ram"));
        assertEquals(0, bytes.getInt(RawHeader.PAYLOAD));
        assertEquals(128, bytes.getInt(RawHeader.ALLOCATED));
        PacketHeader read = new PacketHeader(4096);
        read.decode(bytes, RawHeader.BLOCKS);
        assertEquals(3, read.zeroPages);
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 16384, 65536})
    void shouldReadWhatItWrote(int pageSize) throws WireException {
        Random random = new Random(pageSize);
        BlockTable one = new RawHeader.Blocks("\u00e9-block", 7L << 40);
        PacketHeader written = new PacketHeader(pageSize);
        PacketHeader read = new PacketHeader(pageSize);
        for (int i = 0; i < 500; i++) {
            int pages = 1 + random.nextInt(PacketHeader.pageCount(pageSize));
            written.flags = random.nextInt(0x40);
            written.normalPages = random.nextInt(pages + 1);
            written.zeroPages = pages - written.normalPages;
            written.payloadLength = written.normalPages == 0 ? 0 : 1 + random.nextInt(PacketHeader.PAYLOAD_LIMIT);
            written.packetNum = random.nextLong();
            for (int page = 0; page < pages; page++) {
                written.offsets[page] = (random.nextLong() & (1L << 41) - 1) & -pageSize;
            }
            ByteBuffer bytes = ByteBuffer.wrap(encoded(written, "\u00e9-block"));
            read.decode(bytes, one);
            assertFalse(bytes.hasRemaining());
            assertEquals(written.flags, read.flags);
            assertEquals(written.normalPages, read.normalPages);
            assertEquals(written.zeroPages, read.zeroPages);
            assertEquals(written.payloadLength, read.payloadLength);
            assertEquals(written.packetNum, read.packetNum);
            assertEquals(0, read.block);
            assertArrayEquals(Arrays.copyOf(written.offsets, pages), Arrays.copyOf(read.offsets, pages));
        }
    }

    @Test
    void shouldReadFromTheBuffersPosition() throws WireException {
        byte[] bytes = encoded(good(4096), "pc.ram");
        ByteBuffer in = poisoned(1344 + 20).put(7, bytes).position(7);
        PacketHeader header = new PacketHeader(4096);
        header.decode(in, RawHeader.BLOCKS);
        assertEquals(7 + 1344, in.position());
        assertEquals(3 * 4096, header.offsets[0]);
        assertEquals(3, header.pages());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 254, 255})
    void shouldCarryNamesOfUpTo255Bytes(int length) throws WireException {
        String name = "n".repeat(length);
        byte[] bytes = encoded(good(4096), name);
        assertEquals(0, bytes[64 + length]);
        PacketHeader header = new PacketHeader(4096);
        header.decode(ByteBuffer.wrap(bytes), new RawHeader.Blocks(name, 1L << 20));
        assertEquals(0, header.block);
    }

    @Test
    void shouldCountANamesBytesNotItsCharacters() {
        assertEquals(255, PacketHeader.blockName("\u4e16".repeat(85)).length);
        assertArrayEquals("\ud83d\ude00".getBytes(StandardCharsets.UTF_8), PacketHeader.blockName("\ud83d\ude00"));
        assertRefused("RAM block name \"" + "\\xe4\\xb8\\x96".repeat(26)
                + "\\xe4\\xb8\"...: received 258 bytes, expected 1..255", "\u4e16".repeat(86));
    }

    @Test
    void shouldRefuseANameThatDoesNotFit() {
        assertRefused("RAM block name \"" + "n".repeat(80)
                + "\"...: received 256 bytes, expected 1..255", "n".repeat(256));
        assertRefused("RAM block name \"\": received 0 bytes, expected 1..255", "");
    }

    @Test
    void shouldRefuseANameThatWouldArriveAsAnother() {
        assertRefused("RAM block name \"pc\\x00ram\": received a NUL in it, expected none", "pc\0ram");
        assertRefused("RAM block name \"pc?\": received an unpaired surrogate in it, expected whole characters",
                "pc\ud83d");
    }

    private static void assertRefused(String message, String name) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, () -> PacketHeader.blockName(name)).getMessage());
    }

    @Test
    void shouldTellSyncByItsBit() {
        PacketHeader header = new PacketHeader(4096);
        header.flags = 0x05;
        assertTrue(header.sync());
        header.flags = 0x3E;
        assertFalse(header.sync());
    }
}
