package org.multifd.core.internal.ram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A block of more than 4 GiB over a sparse file: only the pages that are touched take memory and disk. */
class HugeBlockTest {

    private static final long LENGTH = (4L << 30) + (1 << 20);

    @TempDir
    Path directory;

    private RamBlock block;

    @BeforeEach
    void map() throws IOException {
        try (FileChannel file = FileChannel.open(directory.resolve("ram"), StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            ByteBuffer[] segments = new ByteBuffer[5];
            for (int i = 0; i < segments.length; i++) {
                long start = (long) i * RamBlock.SEGMENT_BYTES;
                segments[i] = file.map(FileChannel.MapMode.READ_WRITE, start,
                        Math.min(LENGTH - start, RamBlock.SEGMENT_BYTES));
            }
            block = new RamBlock("huge", 4096, false, segments);
        }
    }

    @Test
    void shouldKnowItsSize() {
        assertEquals(LENGTH, block.length());
        assertEquals(LENGTH / 4096, block.pages());
        assertEquals(4, block.segment(LENGTH - 1));
        assertEquals((1 << 20) - 1, block.indexInSegment(LENGTH - 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1L << 30, 1L << 31, 3L << 30, 1L << 32, LENGTH - 5000})
    void shouldReadBackWhatWasWrittenAroundABoundary(long boundary) {
        long offset = Math.max(0, boundary - 5000);
        byte[] bytes = new byte[10_000];
        new Random(boundary).nextBytes(bytes);
        block.put(offset, ByteBuffer.wrap(bytes));
        ByteBuffer read = ByteBuffer.allocateDirect(bytes.length);
        block.get(offset, read);
        assertEquals(ByteBuffer.wrap(bytes), read.flip());
        ByteBuffer before = ByteBuffer.allocate(4);
        if (offset > 0) {
            block.get(offset - 4, before);
        }
        assertArrayEquals(new byte[4], before.array());
    }

    @Test
    void shouldTellAndClearPagesBeyondFourGiB() {
        ZeroPages zeroPages = new ZeroPages(4096);
        long offset = (4L << 30) + 8192;
        assertTrue(zeroPages.isZero(block, offset));
        block.put(offset + 1000, ByteBuffer.wrap(new byte[] {1}));
        assertFalse(zeroPages.isZero(block, offset));
        assertTrue(zeroPages.isZero(block, offset - 4096));
        assertTrue(zeroPages.isZero(block, offset & 0xFFFFFFFFL));
        zeroPages.clear(block, offset);
        assertTrue(zeroPages.isZero(block, offset));
    }

    @Test
    void shouldEndRunsAtSegmentsNotAtTwoGiB() {
        long[] offsets = new long[8];
        for (int i = 0; i < 4; i++) {
            offsets[i] = (1L << 31) + (i - 2) * 4096L;
            offsets[4 + i] = (1L << 32) + (i - 2) * 4096L;
            block.put(offsets[i], ByteBuffer.wrap(new byte[] {(byte) (1 + i)}));
            block.put(offsets[4 + i], ByteBuffer.wrap(new byte[] {(byte) (5 + i)}));
        }
        RamRuns runs = new RamRuns(4096, 128, true);
        runs.set(block, offsets, 8);
        assertEquals(4, runs.runs());
        for (int run = 0; run < 4; run++) {
            ByteBuffer buffer = runs.buffer(run);
            assertEquals(8192, buffer.remaining());
            assertEquals(1 + 2 * run, buffer.get(buffer.position()));
            assertEquals(2 + 2 * run, buffer.get(buffer.position() + 4096));
        }
    }

    @Test
    void shouldMarkPagesBeyondFourGiB() {
        ReceivedPages received = new ReceivedPages(new RamBlocks(List.of(block)));
        received.mark(0, new long[] {4L << 30, (4L << 30) + 4096, LENGTH - 4096}, 3);
        assertEquals(3, received.of(0).cardinality());
        assertTrue(received.of(0).get(LENGTH / 4096 - 1));
        assertFalse(received.of(0).get(0));
    }
}
