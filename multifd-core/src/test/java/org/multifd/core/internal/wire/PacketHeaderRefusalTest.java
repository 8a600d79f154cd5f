package org.multifd.core.internal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule of wire-format 3 has its own error: the received value first, the expected one second. */
class PacketHeaderRefusalTest {

    @Test
    void shouldRefuseAWrongMagic() {
        assertEquals("packet: received magic 0x44332211, expected 0x11223344",
                new RawHeader().u32(0, 0x44332211).refusal());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "2, 2", "-1, 4294967295"})
    void shouldRefuseAnotherVersion(int version, String text) {
        assertEquals("packet: received version " + text + ", expected 1", new RawHeader().u32(4, version).refusal());
    }

    @ParameterizedTest
    @CsvSource({"0x80, 0x80", "0x104, 0x104", "0x80000001, 0x80000001"})
    void shouldRefuseUnknownFlags(String flags, String text) {
        assertEquals("packet: received flags " + text + ", expected only bits of 0x3f",
                new RawHeader().u32(RawHeader.FLAGS, Long.decode(flags).intValue()).refusal());
    }

    @ParameterizedTest
    @ValueSource(ints = {0x40, 0x41, 0xC0, 0x7F})
    void shouldNameDeviceStateAndTheRemedy(int flags) {
        assertEquals("packet: received flags 0x" + Integer.toHexString(flags)
                + " with device state (0x40), expected RAM pages only; turn off the source's multifd device state"
                + " transfer", new RawHeader().u32(RawHeader.FLAGS, flags).refusal());
    }

    @ParameterizedTest
    @CsvSource({"4096, 129, 128", "4096, -1, 128", "4096, -2147483648, 128", "16384, 33, 32", "65536, 9, 8"})
    void shouldRefuseMorePagesThanAPacketCovers(int pageSize, int allocated, int most) {
        assertEquals("packet: received page count " + Integer.toUnsignedString(allocated) + ", expected at most "
                + most, new RawHeader(pageSize).u32(RawHeader.ALLOCATED, allocated).refusal());
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x02, 0x04, 0x3E})
    void shouldRefuseAPageCountOfZeroWithoutSync(int flags) {
        assertEquals("packet: received page count 0 without SYNC, expected 1..128",
                new RawHeader().u32(RawHeader.FLAGS, flags)
                .u32(RawHeader.ALLOCATED, 0).u32(RawHeader.NORMAL, 0).u32(RawHeader.ZERO, 0).refusal());
    }

    @ParameterizedTest
    @CsvSource({"128, 129", "128, -1", "128, -2147483648", "5, 6", "0, 1"})
    void shouldRefuseMoreNormalPagesThanThePageCount(int allocated, int normal) {
        assertEquals("packet: received normal page count " + Integer.toUnsignedString(normal)
                + ", expected at most the page count " + allocated, new RawHeader().u32(RawHeader.FLAGS, 1)
                .u32(RawHeader.ALLOCATED, allocated).u32(RawHeader.NORMAL, normal).refusal());
    }

    @ParameterizedTest
    @CsvSource({"128, 2, 127", "128, 128, 1", "128, 0, 129", "128, 1, -1", "128, 128, -128", "8, 3, 6"})
    void shouldRefuseMoreZeroPagesThanAreLeft(int allocated, int normal, int zero) {
        assertEquals("packet: received zero page count " + Integer.toUnsignedString(zero)
                + ", expected at most page count less normal pages " + (allocated - normal), new RawHeader()
                .u32(RawHeader.ALLOCATED, allocated).u32(RawHeader.NORMAL, normal).u32(RawHeader.ZERO, zero).refusal());
    }

    @ParameterizedTest
    @CsvSource({"0", "1048577", "-1", "-2147483648"})
    void shouldRefuseAPayloadOfImpossibleLength(int length) {
        assertEquals("packet: received payload length " + Integer.toUnsignedString(length)
                + " for 2 normal pages, expected 1..1048576", new RawHeader().u32(RawHeader.PAYLOAD, length).refusal());
    }

    @ParameterizedTest
    @CsvSource({"pc.ra, pc.ra", "pc.ram2, pc.ram2", "'', ''", "PC.RAM, PC.RAM"})
    void shouldRefuseAnUnknownBlock(String name, String text) {
        assertEquals("packet: received RAM block \"" + text + "\", expected one the main stream announced",
                new RawHeader().name(name).refusal());
    }

    @Test
    void shouldEscapeTheNameOfAnUnknownBlock() {
        assertEquals("packet: received RAM block \"\\x1b[2J\\x0d\\x0a\\x22\\xc3\\xa9\\xff\", expected one the main"
                + " stream announced",
                new RawHeader()
                .name(new byte[] {0x1b, '[', '2', 'J', '\r', '\n', '"', (byte) 0xc3, (byte) 0xa9, (byte) 0xff})
                        .refusal());
    }

    @Test
    void shouldCutTheNameOfAnUnknownBlock() {
        byte[] name = new byte[256];
        Arrays.fill(name, (byte) 'x');
        assertEquals("packet: received RAM block \"" + "x".repeat(80) + "\"..., expected one the main stream announced",
                new RawHeader().name(name).refusal());
    }

    @Test
    void shouldRefusePagesOfABlockSmallerThanAPage() {
        assertEquals("packet: received pages for a RAM block of 100 bytes, expected at least one page of 4096",
                new RawHeader().name("tiny").refusal());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 8, 4095, 4097, (16L << 20) - 1, Long.MIN_VALUE + 1, -1})
    void shouldRefuseAnUnalignedOffset(long offset) {
        assertEquals(String.format("packet: received offset 0x%x of page 1, expected a multiple of the page size 4096",
                offset), new RawHeader().offset(1, offset).refusal());
    }

    @Test
    void shouldRefuseAnOffsetThatIsAlignedForASmallerPage() {
        assertEquals("packet: received offset 0x3000 of page 0, expected a multiple of the page size 65536",
                new RawHeader(65536).offset(0, 0x3000).refusal());
    }

    /** Exactly at the end, beyond it, 2^63 and above, and what would wrap around. */
    @ParameterizedTest
    @ValueSource(longs = {16L << 20, (16L << 20) + 4096, 1L << 32, Long.MIN_VALUE, Long.MIN_VALUE + 4096, -4096})
    void shouldRefuseAnOffsetBeyondTheBlock(long offset) {
        assertEquals(String.format("packet: received offset 0x%x of page 0, expected at most 0xfff000 in a block of"
                + " 16777216 bytes", offset), new RawHeader().offset(0, offset).refusal());
    }

    @Test
    void shouldCheckZeroPagesOffsetsLikeTheOthers() {
        assertEquals("packet: received offset 0x1000000 of page 2, expected at most 0xfff000 in a block of 16777216"
                + " bytes", new RawHeader().offset(2, 16 << 20).refusal());
        assertEquals("packet: received offset 0x1001 of page 2, expected a multiple of the page size 4096",
                new RawHeader().offset(2, 0x1001).refusal());
    }

    @Test
    void shouldRefuseAnOffsetInTheLastPlace() {
        RawHeader header = new RawHeader().u32(RawHeader.NORMAL, 128).u32(RawHeader.ZERO, 0).offset(127, 7);
        assertEquals("packet: received offset 0x7 of page 127, expected a multiple of the page size 4096",
                header.refusal());
    }

    @Test
    void shouldCheckOffsetsInABlockBeyondFourGiB() {
        assertEquals("packet: received offset 0x500000000 of page 0, expected at most 0x4fffff000 in a block of"
                + " 21474836480 bytes", new RawHeader().name("huge").offset(0, 5L << 32).refusal());
    }
}
