package org.multifd.core.internal.ram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file and memory that is not its mapping: which of them a page went to can be seen. */
class MemoryTargetTest {

    private static final int PAGE = 4096;

    @TempDir
    Path directory;
    private final ByteBuffer memory = ByteBuffer.allocateDirect(4 * PAGE);
    private FileChannel file;
    private MemoryTarget target;

    @BeforeEach
    void open() throws IOException {
        file = FileChannel.open(directory.resolve("ram"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        RamBlocks blocks = new RamBlocks(List.of(new RamBlock("ram", PAGE, file, memory)));
        target = new MemoryTarget(blocks, new ReceivedPages(blocks), 4);
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    @Test
    void shouldWriteWhatComesFirstToTheFile() throws IOException {
        arrive(7, 0, 1, 3);
        byte[] all = Files.readAllBytes(directory.resolve("ram"));
        assertArrayEquals(new byte[] {7, 8, 0, 9}, new byte[] {all[0], all[PAGE], all[2 * PAGE], all[3 * PAGE]});
        assertEquals(9, all[4 * PAGE - 1]);
        assertEquals(0, memory.get(0));
    }

    @Test
    void shouldPutWhatComesAgainIntoMemory() throws IOException {
        arrive(7, 0, 1);
        arrive(5, 1, 0);
        assertEquals(5, memory.get(PAGE));
        assertEquals(6, memory.get(PAGE - 1));
        assertEquals(7, Files.readAllBytes(directory.resolve("ram"))[0]);
    }

    /** A hole in the file: without space the mapping of it cannot be written. */
    @Test
    void shouldWriteAPageThatWasZeroUntilNowToTheFileWithAllOfItsPacket() throws IOException {
        arrive(7, 0);
        target.arrived(0, new long[] {2 * PAGE}, 0, 1);
        arrive(4, 0, 2);
        byte[] all = Files.readAllBytes(directory.resolve("ram"));
        assertArrayEquals(new byte[] {4, 5}, new byte[] {all[0], all[2 * PAGE]});
        assertEquals(0, memory.get(2 * PAGE));
    }

    @Test
    void shouldClearAPageThatIsZeroLater() throws IOException {
        arrive(7, 2);
        memory.put(2 * PAGE, (byte) 7);
        target.arrived(0, new long[] {2 * PAGE, 3 * PAGE}, 0, 2);
        assertEquals(0, memory.get(2 * PAGE));
        assertEquals(3 * PAGE, file.size());
    }

    /** Pages full of {@code content}, {@code content} + 1 and so on. */
    private void arrive(int content, int... pages) throws IOException {
        long[] offsets = new long[pages.length];
        for (int i = 0; i < pages.length; i++) {
            offsets[i] = (long) pages[i] * PAGE;
        }
        RamRuns runs = target.runs(0, offsets, pages.length);
        ByteBuffer bytes = ByteBuffer.allocate(pages.length * PAGE);
        for (int i = 0; bytes.hasRemaining(); i++) {
            bytes.put((byte) (content + i / PAGE));
        }
        runs.copyFrom(bytes.flip());
        target.arrived(0, offsets, pages.length, 0);
    }
}
