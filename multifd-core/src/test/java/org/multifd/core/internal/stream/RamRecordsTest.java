package org.multifd.core.internal.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.multifd.core.internal.stream.Reading.refusal;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists and records of RAM that a peer must not get away with. */
class RamRecordsTest {

    private static Bytes list(long total) {
        return Bytes.stream().ramStart().list(total);
    }

    @ParameterizedTest
    @CsvSource({"0", "-9223372036854775808", "-4096"})
    void shouldRefuseATotalThatIsNone(long total) {
        assertEquals("main channel: received a list of RAM blocks of " + Long.toUnsignedString(total)
                + " bytes, expected 1..9223372036854775807", refusal(list(total)));
    }

    @ParameterizedTest
    @CsvSource({"0", "8193", "12288", "9223372036854775807", "-9223372036854775808", "-4096"})
    void shouldRefuseLengthsThatDoNotAddUp(long length) {
        assertEquals("main channel: received RAM block \"b\" of " + Long.toUnsignedString(length)
                + " bytes, expected 1..8192 to add up to 12288",
                refusal(list(12288).block("a", 4096).block("b", length)));
    }

    /** Two lengths that would add up modulo 2^64. */
    @Test
    void shouldRefuseLengthsThatWrapAround() {
        assertEquals("main channel: received RAM block \"a\" of 9223372036854775808 bytes, expected 1..8192 to add "
                + "up to 8192", refusal(list(8192).block("a", Long.MIN_VALUE).block("b", Long.MIN_VALUE + 8192)));
    }

    @Test
    void shouldRefuseABlockThatIsListedTwice() {
        assertEquals("main channel: received RAM block \"a\" twice, expected each once",
                refusal(list(12288).block("a", 4096).block("b", 4096).block("a", 4096)));
    }

    @Test
    void shouldRefuseNamesThatWouldBecomeOthers() {
        String rest = ", expected 1..255 bytes of UTF-8 without NUL";
        assertEquals("main channel: received RAM block name \"\"" + rest, refusal(list(4096).block("", 4096)));
        assertEquals("main channel: received RAM block name \"a\\x00b\"" + rest,
                refusal(list(4096).block("a\0b", 4096)));
        assertEquals("main channel: received RAM block name \"\\xff\"" + rest,
                refusal(list(4096).u8(1).raw(new byte[] {(byte) 0xff}).u64(4096)));
    }

    @Test
    void shouldRefuseTooManyBlocks() {
        Bytes stream = list(4096L * 5000);
        for (int i = 0; i < 4097; i++) {
            stream.block("block" + i, 4096);
        }
        assertEquals("main channel: received 3702784 bytes of RAM more after 4096 RAM blocks, expected at most 4096 "
                + "blocks", refusal(stream));
    }

    @Test
    void shouldRefuseASecondList() {
        assertEquals("main channel: received a second list of RAM blocks, expected one",
                refusal(Bytes.stream().ram(true).part().list(4096).block("c", 4096)));
    }

    /** A mark without RAM would be one that nobody can wait for. */
    @ParameterizedTest
    @CsvSource({"10, 0x10", "200, 0x200", "2, 0x2", "8, 0x8", "22, 0x22"})
    void shouldRefuseWhateverComesBeforeTheList(String record, String text) {
        assertEquals("main channel: received RAM record flags " + text
                + " at byte 32, expected the list of RAM blocks (0x4) first",
                refusal(Bytes.stream().ramStart().u64(Long.parseLong(record, 16))));
    }

    /** XBZRLE, compressed pages, a hook, nothing, two at once, and CONTINUE where it says nothing. */
    @ParameterizedTest
    @CsvSource({"0x40", "0x100", "0x80", "0x0", "0x1", "0x400", "0x800", "0xa", "0x12", "0x30", "0x24", "0x220", "0x20",
            "0xfff"})
    void shouldRefuseUnknownFlags(String flags) {
        assertEquals("main channel: received RAM record flags " + flags + " at byte 86, expected a zero page, a page,"
                + " MULTIFD_FLUSH or EOS; turn off xbzrle, compress and the like at the source",
                refusal(Bytes.stream().ram(true).part().u64(4096 | Long.decode(flags))));
    }

    @Test
    void shouldRefuseToContinueBeforeAnyName() {
        for (int kind : new int[] {Bytes.ZERO, Bytes.PAGE}) {
            assertEquals("main channel: received a record that continues a block, expected one named before it",
                    refusal(Bytes.stream().ram(true).part().u64(kind | Bytes.CONTINUE)));
        }
    }

    @Test
    void shouldRefuseAPageOfAnUnknownBlock() {
        assertEquals("main channel: received RAM block \"c\", expected one of the list",
                refusal(Bytes.stream().ram(true).part().u64(Bytes.ZERO).counted("c").u8(0)));
        assertEquals("main channel: received RAM block \"\", expected one of the list",
                refusal(Bytes.stream().ram(true).part().u64(Bytes.PAGE).counted("")));
    }

    /** Bytes that are no UTF-8 all decode to the same character; they are still no name of the list. */
    @Test
    void shouldTellNamesByTheirBytes() {
        Bytes stream = list(4096).block("\ufffd", 4096).end(true).part();
        assertEquals("main channel: received RAM block \"\\xff\", expected one of the list",
                refusal(stream.u64(Bytes.ZERO).u8(1).raw(new byte[] {(byte) 0xff})));
    }

    @Test
    void shouldEscapeAndCutAnUnknownBlocksName() {
        assertEquals("main channel: received RAM block \"\\x1b" + "x".repeat(79) + "\"..., expected one of the list",
                refusal(Bytes.stream().ram(true).part().u64(Bytes.ZERO).u8(200)
                        .raw(("\u001b" + "x".repeat(199)).getBytes(StandardCharsets.US_ASCII))));
    }

    @ParameterizedTest
    @CsvSource({"16384, 0x4000", "4294967296, 0x100000000", "-9223372036854775808, 0x8000000000000000",
            "-4096, 0xfffffffffffff000"})
    void shouldRefuseAPageBeyondItsBlock(long offset, String text) {
        assertEquals("main channel: received page offset " + text
                + " in RAM block \"b\", expected a multiple of 4096 up to 0x3000",
                refusal(Bytes.stream().ram(true).part().u64(offset | Bytes.ZERO).counted("b").u8(0)));
    }

    @Test
    void shouldRefuseAnOffsetThatIsAlignedForASmallerPage() {
        assertEquals("main channel: received page offset 0x1000 in RAM block \"a\", expected a multiple of 16384 up "
                + "to 0x4000", refusal(Bytes.stream().subsection("target-page-bits").u32(14).ramStart().list(32768)
                .block("a", 32768).end(true)
                        .part().u64(4096 | Bytes.ZERO).counted("a").u8(0)));
    }

    @Test
    void shouldRefuseAPageOfABlockSmallerThanAPage() {
        assertEquals("main channel: received a page for RAM block \"a\" of 100 bytes, expected at least one page of "
                + "4096", refusal(list(4096).block("a", 100).block("b", 3996).end(true).part().u64(Bytes.ZERO)
                .counted("a").u8(0)));
    }

    @Test
    void shouldRefuseAPageFilledWithAnotherByte() {
        assertEquals("main channel: received a page filled with byte 255, expected 0",
                refusal(Bytes.stream().ram(true).part().u64(Bytes.ZERO).counted("a").u8(255)));
    }

    @Test
    void shouldRefuseAFlushInAStreamOfTheEosRule() {
        assertEquals("main channel: received MULTIFD_FLUSH in a stream that synchronises at EOS, expected none",
                refusal(Bytes.stream().ram(false).part().u64(Bytes.FLUSH)));
    }
}
