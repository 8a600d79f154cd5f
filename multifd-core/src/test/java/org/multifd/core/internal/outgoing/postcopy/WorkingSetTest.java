package org.multifd.core.internal.outgoing.postcopy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;

/** The file of the pages that a guest asked for: its bytes, and what becomes of others. */
class WorkingSetTest {

    private static final RamBlocks BLOCKS = new RamBlocks(List.of(RamBlock.withoutMemory("a", 4096, 16 * 4096),
            RamBlock.withoutMemory("bc", 4096, 4096)));

    @TempDir
    private Path temp;

    private Path file() {
        return temp.resolve("set");
    }

    private byte[] written() throws Exception {
        WorkingSet recording = WorkingSet.open(file(), BLOCKS, true);
        recording.asked(0, 5 * 4096);
        recording.asked(1, 0);
        recording.asked(0, 0);
        assertEquals(0, recording.size(), "nothing is pushed while it records");
        recording.save();
        return Files.readAllBytes(file());
    }

    @Test
    void shouldWriteTheBytesOfTheReferenceAndReadThem() throws Exception {
        byte[] bytes = written();
        String hex = "4d465753 00000001 00001000 00000002 0161 0000000000010000 026263 0000000000001000 00000003"
                + "0000000000000005 0001000000000000 0000000000000000";
        byte[] expected = HexFormat.of().parseHex(hex.replace(" ", ""));
        assertArrayEquals(expected, Arrays.copyOf(bytes, bytes.length - 4));
        CRC32 sum = new CRC32();
        sum.update(expected);
        assertEquals((int) sum.getValue(), ByteBuffer.wrap(bytes).getInt(expected.length));
        WorkingSet set = WorkingSet.open(file(), BLOCKS, true);
        assertEquals(3, set.size());
        assertEquals("0 20480, 1 0, 0 0", set.block(0) + " " + set.offset(0) + ", " + set.block(1) + " " + set.offset(1)
                + ", " + set.block(2) + " " + set.offset(2));
        set.asked(0, 4096);
        set.save();
        assertArrayEquals(bytes, Files.readAllBytes(file()), "a file that is there is not written");
        try (var files = Files.list(temp)) {
            assertEquals(List.of(file()), files.toList());
        }
    }

    @Test
    void shouldWriteNothingWhereThereIsNothingToWrite() throws Exception {
        WorkingSet.open(file(), BLOCKS, true).save();
        WorkingSet resumed = WorkingSet.open(file(), BLOCKS, false);
        resumed.asked(0, 0);
        resumed.save();
        WorkingSet none = WorkingSet.open(null, BLOCKS, true);
        none.asked(0, 0);
        none.save();
        assertFalse(Files.exists(file()));
    }

    /** Whatever is in the file, it is used as it was written, or not at all. */
    @Test
    void shouldNotUseADamagedFile() throws Exception {
        byte[] bytes = written();
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            byte[] changed = bytes.clone();
            changed[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file(), changed);
            assertThrows(IOException.class, () -> WorkingSet.read(file(), BLOCKS));
            Files.write(file(), Arrays.copyOf(bytes, random.nextInt(bytes.length)));
            assertThrows(IOException.class, () -> WorkingSet.read(file(), BLOCKS));
        }
        assertEquals(0, WorkingSet.open(file(), BLOCKS, true).size());
        assertEquals(0, WorkingSet.open(temp, BLOCKS, true).size(), "a directory");
    }

    /** With a checksum that is right. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "4  | 00000002 | received magic 0x4d465753 version 2, expected 0x4d465753 version 1",
        "8  | 00002000 | received the page size and RAM blocks of another guest, expected the snapshot's",
        "12 | 00000001 | received the page size and RAM blocks of another guest, expected the snapshot's",
        "16 | 0162     | received the page size and RAM blocks of another guest, expected the snapshot's",
        "37 | 00000002 | received 2 pages in 24 bytes, expected 8 bytes for each",
        "37 | 80000000 | received 2147483648 pages in 24 bytes, expected 8 bytes for each",
        "41 | 0000000000000010 | received page 16 of RAM block number 0, expected a page of the snapshot",
        "41 | 0002000000000000 | received page 0 of RAM block number 2, expected a page of the snapshot",
        "41 | ffffffffffffffff | received page 281474976710655 of RAM block number 65535, expected a page of the "
            + "snapshot"})
    void shouldRefuseWhatIsNotThisGuests(int at, String hex, String message) throws Exception {
        byte[] bytes = written();
        byte[] change = HexFormat.of().parseHex(hex);
        System.arraycopy(change, 0, bytes, at, change.length);
        CRC32 sum = new CRC32();
        sum.update(bytes, 0, bytes.length - 4);
        ByteBuffer.wrap(bytes).putInt(bytes.length - 4, (int) sum.getValue());
        Files.write(file(), bytes);
        assertEquals(message, assertThrows(IOException.class, () -> WorkingSet.read(file(), BLOCKS)).getMessage());
        assertArrayEquals(bytes, Files.readAllBytes(file()));
    }
}
