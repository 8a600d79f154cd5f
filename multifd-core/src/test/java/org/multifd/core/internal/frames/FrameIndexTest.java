package org.multifd.core.internal.frames;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.wire.WireException;

/** Head and index are refused by name where they are not as described, whatever lengths they claim. */
class FrameIndexTest {

    private static final UUID ID = new UUID(1, 2);
    private static final RamBlocks BLOCKS = new RamBlocks(List.of(RamBlock.withoutMemory("ram", 4096, 200 * 4096)));
    private static final long END = 5000;

    private static ByteBuffer index(int frames, byte[] records) {
        return ByteBuffer.allocate(24 + 1 + records.length).putLong(1).putLong(2).putInt(1).putInt(frames)
                .put((byte) 'S').put(records).clear();
    }

    /** Records as text: position, length, block, then runs of first page and pages, each with a sum for a page. */
    private static byte[] records(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (String record : text.split("/")) {
            String[] parts = record.trim().split(" ");
            out.writeLong(Long.parseLong(parts[0]));
            out.writeInt(Integer.parseInt(parts[1]));
            out.writeInt(0);
            out.writeShort(Integer.parseInt(parts[2]));
            out.writeShort(parts.length - 3);
            int pages = 0;
            for (int i = 3; i < parts.length; i++) {
                String[] run = parts[i].split("\\+");
                int count = Integer.decode(run[1]);
                out.writeInt(Integer.parseUnsignedInt(run[0]));
                out.writeShort(count);
                pages += count & 0x7fff;
            }
            out.write(new byte[Math.min(pages, 200) * 4]);
        }
        return bytes.toByteArray();
    }

    @Test
    void shouldTellWhatCounts() throws Exception {
        FrameIndex index = FrameIndex.decode(index(2, records("128 10 0 1+2 5+0x8001/200 30 0 199+1")), BLOCKS, END);
        assertEquals(2, index.frames());
        assertEquals(3, index.present(0));
        assertEquals(1, index.frameOf(0, 2));
        assertEquals(0, index.frameOf(0, 5));
        assertEquals(2, index.frameOf(0, 199));
        assertEquals(END - 128 - 40 + 10 / 3, index.deadBytes(END));
        Frame frame = new Frame(4096);
        index.get(1, frame);
        assertEquals(3, frame.pages);
        assertEquals(2, frame.current);
        assertEquals(4096, frame.firstCurrent());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "127 10 0 1+1 | index: frame 0: received 10 bytes at byte 127, expected them between byte 128 and byte 5000",
        "4991 10 0 1+1 | index: frame 0: received 10 bytes at byte 4991, expected them between byte 128 and byte 5000",
        "-1 10 0 1+1 | index: frame 0: received 10 bytes at byte 18446744073709551615, expected them between byte 128 "
            + "and byte 5000",
        "128 0 0 1+1 | index: frame 0: received a payload of 0 bytes, expected 1..1048576",
        "128 -1 0 1+1 | index: frame 0: received a payload of 4294967295 bytes, expected 1..1048576",
        "128 10 1 1+1 | index: frame 0: received block 1, expected one of 1",
        "128 10 0 | index: received 1 frames, expected at most 0 in 20 bytes",
        "128 10 0 1+0 1+1 | index: frame 0: received a run of 0 pages, expected 1..128",
        "128 10 0 0+129 | index: frame 0: received a run of 129 pages, expected 1..128",
        "128 10 0 0+100 100+29 | index: frame 0: received a run of 29 pages, expected 1..28",
        "128 10 0 199+2 | index: frame 0: received page 199 and 1 behind it, expected pages up to 199",
        "128 10 0 4294967295+1 | index: frame 0: received page 4294967295 and 0 behind it, expected pages up to 199",
        "128 10 0 1+0x8001 | index: frame 0: received no page that counts, expected at least one",
        "128 10 0 1+1 1+1 | index: frame 0: received page 1 of block 0 twice, expected one of them to be superseded",
        "128 10 0 1+1/137 10 0 2+1 | index: frame 1: received byte 137, expected at least 138, where the one before "
            + "ends"})
    void shouldRefuseARecord(String records, String message) throws Exception {
        ByteBuffer content = index(records.split("/").length, records(records));
        assertEquals(message, assertThrows(WireException.class, () -> FrameIndex.decode(content, BLOCKS, END))
                .getMessage());
    }

    @Test
    void shouldRefuseNumbersThatDoNotFit() throws Exception {
        byte[] one = records("128 10 0 1+1");
        assertEquals("index: received 4294967295 frames, expected at most 1 in 30 bytes",
                assertThrows(WireException.class, () -> FrameIndex.decode(index(-1, one), BLOCKS, END)).getMessage());
        assertEquals("index: received 30 bytes behind the last frame, expected none",
                assertThrows(WireException.class, () -> FrameIndex.decode(index(0, one), BLOCKS, END)).getMessage());
        ByteBuffer stream = index(1, one).putInt(16, 32);
        assertEquals("index: received a stream of 32 bytes, expected 1..31",
                assertThrows(WireException.class, () -> FrameIndex.stream(stream, ID)).getMessage());
        assertEquals("index: received that of snapshot " + ID + ", expected that of " + new UUID(5, 6),
                assertThrows(WireException.class, () -> FrameIndex.stream(stream, new UUID(5, 6))).getMessage());
    }

    private static String refused(FrameHead head, long available) {
        return assertThrows(WireException.class, () -> FrameHead.decode(head.encode(), available)).getMessage();
    }

    @Test
    void shouldRefuseAHeadByName() throws Exception {
        FrameHead head = new FrameHead(ID, 1038, 1000, 30, 7, 4096, "zstd", 1);
        assertEquals(head, FrameHead.decode(head.encode(), 1038));
        assertEquals("the snapshot is cut off after 1037 bytes, expected 1038", refused(head, 1037));
        assertEquals("head: received page size 512, expected 4096, 16384 or 65536",
                refused(new FrameHead(ID, 1038, 1000, 30, 7, 512, "zstd", 1), 1038));
        assertEquals("head: received an index of 30 bytes at byte 1000 of 1039, expected it to end the snapshot",
                refused(new FrameHead(ID, 1039, 1000, 30, 7, 4096, "zstd", 1), 1039));
        assertEquals("head: received an index of 4294967295 bytes, expected 25..2147483583",
                refused(new FrameHead(ID, 1038, 1000, -1, 7, 4096, "zstd", 1), 1038));
        ByteBuffer newer = head.encode().putInt(16, 2);
        assertEquals("head: received version 2, expected 1; read it with the multifd that wrote it, or a newer one",
                assertThrows(WireException.class, () -> FrameHead.decode(newer, 1038)).getMessage());
        ByteBuffer changed = head.encode().putInt(70, 2);
        String sum = assertThrows(WireException.class, () -> FrameHead.decode(changed, 1038)).getMessage();
        assertEquals("head: received the checksum ", sum.substring(0, 28));
    }
}
