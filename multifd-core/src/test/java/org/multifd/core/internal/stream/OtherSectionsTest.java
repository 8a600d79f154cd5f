package org.multifd.core.internal.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.internal.transport.ConnectionPair;
import org.multifd.core.internal.wire.WireException;

/** Sections beside RAM's, as QEMU 7.2 and 10.0 send them. */
class OtherSectionsTest {

    private static final String EARLY = "0000:00:01.0/virtio-mem-device-early";

    /** As QEMU 10.0 sent it: 128 MiB in blocks of 2 MiB, a bitmap of one word, which here has a forged footer. */
    private static Bytes virtioMem(Bytes to) {
        return to.hex("04 00000025").counted(EARLY).u32(0).u32(1).u64(0x1_0000_0000L).u64(128 << 20).u64(2 << 20)
                .u32(0).u64(16 << 20).hex("7e00000025020000").hex("7e 00000025");
    }

    private static Bytes emptyBitmap(Bytes to) {
        return to.hex("01 00000003").counted("dirty-bitmap").u32(0).u32(1).hex("01").hex("7e 00000003");
    }

    private static Bytes tail(Bytes to) {
        return to.hex("04 00000009").counted("timer").u32(0).u32(2).u64(42).hex("7e 00000009")
                .description("{\"devices\": [{\"name\": \"" + EARLY + "\", \"instance_id\": 0, \"size\": 44}, "
                        + "{\"name\": \"timer\", \"instance_id\": 0, \"size\": 8}]}");
    }

    /** Reads a stream and then has its reader. */
    private static MainStreamReader read(Bytes stream, int limit, MainStreamHandler handler) throws IOException {
        try (ConnectionPair pair = new ConnectionPair()) {
            pair.sendAll(stream.array());
            pair.near.readFully(ByteBuffer.allocate(4), "the magic");
            MainStreamReader reader = new MainStreamReader(pair.near, 4096, limit, handler);
            if (limit == 0) {
                reader.readRam();
            } else {
                reader.read();
            }
            return reader;
        }
    }

    @Test
    void shouldKeepTheEarlyStateOfADeviceBehindTheListOfBlocks() throws IOException {
        Bytes stream = tail(virtioMem(Bytes.stream().ram(true)).part().end(true).last().end(true));
        RamSections sections = read(stream, Reading.TAIL_LIMIT, new Reading()).ramSections();
        assertArrayEquals(virtioMem(Bytes.of()).array(), sections.beside());
        assertEquals(List.of(new DeviceSection(EARLY, 0, 44)), sections.early());
        assertEquals(0, sections.behind().length);
        assertEquals(1, sections.parts());
    }

    /** Records of a bitmap without a last one: what is kept is bounded while it comes, and a relay keeps nothing. */
    @ParameterizedTest
    @CsvSource({"1000, 'received more than 1000 bytes of early device state and dirty bitmaps, expected at most that'",
        "0, 'connection closed by the peer at byte'"})
    void shouldBoundABitmapWithoutAnEnd(int limit, String expected) {
        Bytes stream = Bytes.stream().ram(true).hex("01 00000003").counted("dirty-bitmap").u32(0).u32(1);
        for (int i = 0; i < 100; i++) {
            stream.hex("40").u64(0).u32(8).u64(64);
            for (int word = 0; word < 8; word++) {
                stream.u64(word);
            }
        }
        IOException error = assertThrows(IOException.class, () -> read(stream, limit, new Reading()));
        assertTrue(error.getMessage().contains(expected), error.getMessage());
    }

    @Test
    void shouldKeepTheEarlyStateOfADeviceBeforeRam() throws IOException {
        byte[][] before = new byte[1][];
        Reading reading = new Reading() {
            @Override
            public void beforeRam(byte[] sections) {
                before[0] = sections;
            }
        };
        Bytes stream = tail(virtioMem(Bytes.stream()).ram(true).last().end(true));
        RamSections sections = read(stream, Reading.TAIL_LIMIT, reading).ramSections();
        assertArrayEquals(virtioMem(Bytes.of()).array(), before[0]);
        assertEquals(0, sections.beside().length);
        Configuration configuration = new Configuration("pc", 0, List.of(), null).with(before[0]);
        assertArrayEquals(virtioMem(Bytes.of().hex("07 00000002 7063")).array(), configuration.section());
    }

    /** A description that has another early state than came is not that of this stream. */
    @Test
    void shouldRefuseADescriptionOfOtherEarlyDevices() {
        byte[] tail = Bytes.of().tail().array();
        assertEquals("VM description at byte 1038: received other devices first, expected those that came before RAM: "
                + "[DeviceSection[name=timer, instance=1, bytes=8]]", assertThrows(WireException.class,
                () -> DeviceSections.of(tail, 1000, List.of(new DeviceSection("timer", 1, 8)))).getMessage());
    }

    @Test
    void shouldKeepDirtyBitmapsWithoutTheirEmptyParts() throws IOException {
        String begin = "1c 02 6430 03 626d30 00001000 01 01"; // device d0, bitmap bm0
        String bits = "40 0000000000000000 00000800 0000000000000004 01020304 20 01";
        Bytes stream = Bytes.stream().hex("08 0003 0000").ram(true)
                .hex("01 00000003").counted("dirty-bitmap").u32(0).u32(1).hex(begin).hex("7e 00000003")
                .hex("02 00000003 01 7e 00000003").part().end(true)
                .hex("02 00000003 42 0000000000000000 00000800 01 7e 00000003").last().end(true)
                .hex("03 00000003").hex(bits).hex("7e 00000003").tail();
        RamSections sections = read(stream, Reading.TAIL_LIMIT, new Reading()).ramSections();
        assertArrayEquals(Bytes.of().hex("01 00000003").counted("dirty-bitmap").u32(0).u32(1).hex(begin)
                .hex("7e 00000003 02 00000003 42 0000000000000000 00000800 01 7e 00000003").array(),
                sections.beside());
        assertArrayEquals(Bytes.of().hex("03 00000003").hex(bits).hex("7e 00000003").array(), sections.behind());
        assertEquals(List.of(), sections.early());
    }

    /** With the capability and no bitmap there is a start and nothing more. */
    @Test
    void shouldReadAStartOfDirtyBitmapsThatHasNoEnd() throws IOException {
        Bytes stream = emptyBitmap(Bytes.stream().hex("08 0003 0000").ram(true)).last().end(true).tail();
        RamSections sections = read(stream, Reading.TAIL_LIMIT, new Reading()).ramSections();
        assertArrayEquals(emptyBitmap(Bytes.of()).array(), sections.beside());
        assertEquals(0, sections.behind().length);
    }

    /** Whoever passes a stream on keeps nothing of it. */
    @Test
    void shouldKeepNothingWithoutALimit() throws IOException {
        Bytes stream = virtioMem(emptyBitmap(Bytes.stream().ram(true))).last().end(true).tail();
        assertEquals(0, read(stream, 0, new Reading()).ramSections().beside().length);
    }

    @Test
    void shouldWriteAFileWithEverythingInItsPlace() throws IOException {
        byte[] beside = {1, 2, 3};
        byte[] behind = {4, 5};
        byte[] bytes = Output.toBytes(out -> MappedRamStream.writeRest(out, new RamSections(2, 1, false, beside, behind,
                List.of()), new byte[] {6}));
        assertArrayEquals(Bytes.of().u64(Bytes.EOS).hex("7e 00000002 010203").part().end(false).last().end(false)
                .hex("0405 06").array(), bytes);
    }

    /** With postcopy-ram and huge pages the list has a size behind some blocks. */
    @ParameterizedTest
    @CsvSource({"true, false", "false, true", "true, true", "false, false"})
    void shouldPassOverTheSizesOfHugePages(boolean first, boolean last) throws IOException {
        Bytes stream = Bytes.stream().hex("08 0003 0010").u64(4096 | 2 << 20).u64(4096).ramStart().list(6 * 4096)
                .block("a", 2 * 4096);
        if (first) {
            stream.u64(2 << 20);
        }
        stream.block("b", 4 * 4096);
        if (last) {
            stream.u64(1 << 30);
        }
        Reading reading = new Reading();
        reading.read(stream.end(true).last().end(true).tail().array());
        assertEquals("ram a=8192 b=16384", reading.said.get(1));
    }

    @Test
    void shouldReadAnAdviceOfPostcopyThatNeverStarts() throws IOException {
        Reading reading = new Reading();
        reading.read(Bytes.stream().hex("08 0003 0010").u64(4096).u64(4096).ram(true).last().end(true).tail().array());
        assertEquals("ram a=8192 b=16384", reading.said.get(1));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "-1, 1", "1, 0", "1, -1", "4611686018427387904, 1", "134217729, 1"})
    void shouldRefuseAVirtioMemDeviceOfNoSuchSize(long size, long block) {
        assertEquals(size == 0 ? "main channel: received section type 0x7e at byte 159, expected a command or a part "
                + "of RAM" : "main channel: received a virtio-mem device of " + Long.toUnsignedString(size)
                + " bytes in blocks of " + Long.toUnsignedString(block) + ", expected at most 134217728 blocks",
                Reading.refusal(Bytes.stream().ram(true).hex("04 00000025").counted("virtio-mem-device-early").u32(0)
                        .u32(1).u64(0).u64(size).u64(block).u32(0).u64(0).hex("7e 00000025").hex("7e 00000025")));
    }

    @ParameterizedTest
    @CsvSource({"80, 0x80", "31, 0x31", "04 00, 0x04"})
    void shouldRefuseADirtyBitmapOfAnotherKind(String flags, String text) {
        String refusal = Reading.refusal(Bytes.stream().ram(true).hex("01 00000003").counted("dirty-bitmap").u32(0)
                .u32(1).hex(flags).hex("00000000000000000000"));
        assertEquals("main channel: received dirty bitmap flags " + text, refusal.split(" at byte")[0]);
    }

    @Test
    void shouldRefuseAPieceOfABitmapThatIsTooLong() {
        assertEquals("main channel: received 16777217 bytes of a dirty bitmap at once, expected at most 16777216",
                Reading.refusal(Bytes.stream().ram(true).hex("01 00000003").counted("dirty-bitmap").u32(0).u32(1)
                        .hex("40").u64(0).u32(1).u64((16 << 20) + 1)));
    }
}
