package org.multifd.core.internal.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The traps of wire-format 3: what is stale, and what looks odd but is sent by real QEMUs. */
class StaleFieldsTest {

    private static RawHeader empty(int flags) {
        return new RawHeader().u32(RawHeader.FLAGS, flags).u32(RawHeader.NORMAL, 0).u32(RawHeader.ZERO, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 29, 1 << 20, (1 << 20) + 1, Integer.MIN_VALUE, -1})
    void shouldIgnoreTheStalePayloadLengthOfAnEmptyPacket(int length) throws WireException {
        PacketHeader header = empty(0x01).u32(RawHeader.PAYLOAD, length).decode();
        assertEquals(0, header.payloadLength);
        assertEquals(0, header.pages());
        assertTrue(header.sync());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 29, -1})
    void shouldIgnoreThePayloadLengthOfAnAllZeroPacket(int length) throws WireException {
        PacketHeader header = new RawHeader().u32(RawHeader.NORMAL, 0).u32(RawHeader.ZERO, 2)
                .u32(RawHeader.PAYLOAD, length).decode();
        assertEquals(0, header.payloadLength);
        assertEquals(2, header.zeroPages);
        assertArrayEquals(new long[] {3 * 4096, 0}, Arrays.copyOf(header.offsets, 2));
    }

    @Test
    void shouldIgnoreTheStaleNameAndOffsetsOfAnEmptyPacket() throws WireException {
        RawHeader raw = empty(0x01).name("no such block").offset(0, -1).offset(1, 3).offset(127, Long.MIN_VALUE);
        byte[] before = raw.bytes.array().clone();
        assertEquals(0, raw.decode().pages());
        assertArrayEquals(before, raw.bytes.array());
    }

    @Test
    void shouldIgnoreTheStaleOffsetsBehindThePages() throws WireException {
        PacketHeader header = new RawHeader().offset(3, -1).offset(4, 5).offset(127, 1L << 62).decode();
        assertArrayEquals(new long[] {3 * 4096, 0, 5 * 4096, 0}, Arrays.copyOf(header.offsets, 4));
    }

    @Test
    void shouldIgnoreTheUnusedFields() throws WireException {
        PacketHeader header = new RawHeader().u32(36, -1).u64(40, -1).u64(48, -1).u64(56, -1)
                .u64(RawHeader.PACKET_NUM, -1).decode();
        assertEquals(3, header.pages());
        assertEquals(-1, header.packetNum);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x03, 0x05, 0x3F})
    void shouldAcceptASyncThatRidesOnPages(int flags) throws WireException {
        PacketHeader header = new RawHeader().u32(RawHeader.FLAGS, flags).decode();
        assertTrue(header.sync());
        assertEquals(2, header.normalPages);
        assertEquals(1, header.zeroPages);
        assertEquals(5000, header.payloadLength);
        assertArrayEquals(new long[] {3 * 4096, 0, 5 * 4096}, Arrays.copyOf(header.offsets, 3));
    }

    @Test
    void shouldAcceptASyncPacketWithoutAnyPageCount() throws WireException {
        PacketHeader header = empty(0x01).u32(RawHeader.ALLOCATED, 0).decode();
        assertTrue(header.sync());
        assertEquals(0, header.pages());
    }

    @Test
    void shouldAcceptAnEmptyPacketWithoutFlags() throws WireException {
        PacketHeader header = empty(0x00).decode();
        assertFalse(header.sync());
        assertEquals(0, header.pages());
    }

    @ParameterizedTest
    @CsvSource({"128, 0", "0, 128", "64, 64", "1, 127"})
    void shouldAcceptAFullPacket(int normal, int zero) throws WireException {
        PacketHeader header = new RawHeader().u32(RawHeader.NORMAL, normal).u32(RawHeader.ZERO, zero).decode();
        assertEquals(128, header.pages());
    }

    @Test
    void shouldAcceptAPageCountBelowAPacketsMost() throws WireException {
        assertEquals(3, new RawHeader().u32(RawHeader.ALLOCATED, 3).decode().pages());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1 << 20})
    void shouldAcceptPayloadsUpToTheLimit(int length) throws WireException {
        assertEquals(length, new RawHeader().u32(RawHeader.PAYLOAD, length).decode().payloadLength);
    }

    @Test
    void shouldAcceptTheLastPage() throws WireException {
        assertEquals(0xfff000, new RawHeader().offset(0, 0xfff000).decode().offsets[0]);
        PacketHeader header = new RawHeader().name("huge").offset(0, (5L << 32) - 4096).decode();
        assertEquals(2, header.block);
        assertEquals((5L << 32) - 4096, header.offsets[0]);
        assertEquals(0xff0000, new RawHeader(65536).offset(0, 0xff0000).decode().offsets[0]);
    }

    @Test
    void shouldForceTheNamesLastByteToNul() throws WireException {
        byte[] name = new byte[256];
        Arrays.fill(name, (byte) 'n');
        RawHeader raw = new RawHeader().name(name);
        PacketHeader header = new PacketHeader(4096);
        header.decode(raw.bytes, new RawHeader.Blocks("x", 1L << 20, "n".repeat(255), 1L << 20));
        assertEquals(1, header.block);
        assertEquals(0, raw.bytes.get(RawHeader.NAME + 255));
    }

    @Test
    void shouldEndTheNameAtItsFirstNul() throws WireException {
        RawHeader raw = new RawHeader();
        raw.bytes.put(RawHeader.NAME + 7, "stale".getBytes(StandardCharsets.US_ASCII));
        assertEquals(0, raw.decode().block);
    }

    @Test
    void shouldLeaveNothingOfThePacketBefore() throws WireException {
        PacketHeader header = new PacketHeader(4096);
        header.decode(new RawHeader().bytes, RawHeader.BLOCKS);
        header.decode(empty(0x01).u32(RawHeader.ALLOCATED, 0).bytes, RawHeader.BLOCKS);
        assertEquals(0, header.pages());
        assertEquals(0, header.payloadLength);
        assertEquals(1, header.flags);
    }
}
