package org.multifd.bench.packet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.multifd.bench.data.GuestImage;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamRuns;

class PacketsTest {

    private static final int PAGE = GuestImage.PAGE_SIZE;

    /** 256 pages that hold their own number plus one, but for pages 3 and 200, which are zero. */
    private static ByteBuffer memory() {
        ByteBuffer memory = ByteBuffer.allocateDirect(256 * PAGE);
        IntStream.range(0, 256).filter(page -> page != 3 && page != 200)
                .forEach(page -> memory.putInt(page * PAGE + 100, page + 1));
        return memory;
    }

    private static RamBlock block(ByteBuffer memory) {
        return new RamBlock("pc.ram", PAGE, false, memory);
    }

    private static long[] allOffsets(Packets packets) {
        return IntStream.range(0, packets.count()).boxed().flatMapToLong(i -> Arrays.stream(packets.offsets(i)))
                .toArray();
    }

    private static int runs(Packets packets, int packet) {
        RamRuns runs = new RamRuns(PAGE, 128, true);
        runs.set(packets.block(), packets.offsets(packet), packets.offsets(packet).length);
        return runs.runs();
    }

    @Test
    void shouldCutAWholeBlockIntoBatchesWithoutZeroPages() {
        Packets packets = new Packets(block(memory()), "whole");
        assertEquals(2, packets.count());
        long[] normal = LongStream.range(0, 256).filter(page -> page != 3 && page != 200).map(page -> page * PAGE)
                .toArray();
        assertArrayEquals(normal, allOffsets(packets));
        assertEquals(2, runs(packets, 0));
        assertEquals(254 * PAGE, packets.bytes());
    }

    @Test
    void shouldLeaveDirtyPagesNoNeighbours() {
        Packets packets = new Packets(block(memory()), "dirty");
        assertEquals(127, runs(packets, 0), "page 200 is zero");
        assertEquals(127, runs(packets, 1), "page 3 is zero");
        assertEquals(254, LongStream.of(allOffsets(packets)).distinct().count());
    }

    @Test
    void shouldMakeDirtyRunsOfTheLengthAskedFor() {
        assertEquals(16, runs(new Packets(block(memory()), "dirty:8"), 1));
    }

    @Test
    void shouldRefuseAnOrderThatItDoesNotKnow() {
        assertEquals("received pages dirty:0, expected whole, dirty or dirty:8",
                assertThrows(IllegalArgumentException.class, () -> new Packets(block(memory()), "dirty:0"))
                        .getMessage());
    }

    @Test
    void shouldFindAPageThatDiffers() {
        Packets packets = new Packets(block(memory()), "whole");
        ByteBuffer arrived = memory();
        packets.demandIdentical(block(arrived));
        arrived.put(255 * PAGE + 4095, (byte) 1);
        assertEquals("packet 1: the page at 0xff000 differs from the one sent",
                assertThrows(IllegalStateException.class, () -> packets.demandIdentical(block(arrived))).getMessage());
    }

    @Test
    void shouldFindAByteThatDiffers() {
        Packets packets = new Packets(block(memory()), "whole");
        ByteBuffer arrived = ByteBuffer.allocateDirect(packets.bytes()).put(packets.flat()).clear();
        packets.demandIdentical(arrived);
        arrived.put(5000, (byte) 1);
        assertEquals("the bare codec's byte 5000 differs from the one sent",
                assertThrows(IllegalStateException.class, () -> packets.demandIdentical(arrived)).getMessage());
    }
}
