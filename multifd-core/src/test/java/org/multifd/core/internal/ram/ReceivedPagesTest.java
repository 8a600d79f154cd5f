package org.multifd.core.internal.ram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReceivedPagesTest {

    private final ZeroPages zeroPages = new ZeroPages(4096);

    /** Memory in which every byte is 5, although its owner may call it fresh: whether it is touched can be seen. */
    private static RamBlock block(boolean fresh) {
        ByteBuffer memory = ByteBuffer.allocateDirect(4 * 4096);
        for (int i = 0; i < memory.capacity(); i++) {
            memory.put(i, (byte) 5);
        }
        return new RamBlock(fresh ? "fresh" : "stale", 4096, fresh, memory);
    }

    private static int at(RamBlock block, int page) {
        return block.view(0).get(page * 4096);
    }

    @Test
    void shouldNotTouchFreshMemoryForAZeroPage() {
        RamBlock block = block(true);
        ReceivedPages received = new ReceivedPages(new RamBlocks(List.of(block)));
        received.zero(0, 4096, zeroPages);
        assertEquals(5, at(block, 1));
    }

    @Test
    void shouldClearAZeroPageThatSomethingWasReceivedInto() {
        RamBlock block = block(true);
        ReceivedPages received = new ReceivedPages(new RamBlocks(List.of(block)));
        received.fill(0, new long[] {4096}, 1);
        received.mark(0, new long[] {4096, 8192}, 2);
        received.zero(0, 4096, zeroPages);
        received.zero(0, 8192, zeroPages);
        assertEquals(0, at(block, 1));
        assertEquals(5, at(block, 2));
    }

    @Test
    void shouldClearZeroPagesOfMemoryThatIsNotFresh() {
        RamBlock block = block(false);
        new ReceivedPages(new RamBlocks(List.of(block))).zero(0, 4096, zeroPages);
        assertEquals(0, at(block, 1));
        assertEquals(5, at(block, 0));
        assertEquals(5, at(block, 2));
    }

    @Test
    void shouldTakeMemoryForFreshOnlyOnce() {
        RamBlock block = block(true);
        RamBlocks blocks = new RamBlocks(List.of(block));
        new ReceivedPages(blocks).zero(0, 0, zeroPages);
        assertEquals(5, at(block, 0));
        new ReceivedPages(blocks).zero(0, 0, zeroPages);
        assertEquals(0, at(block, 0));
    }

    @Test
    void shouldAskEachBlockWhetherItIsFresh() {
        RamBlock fresh = block(true);
        RamBlock stale = block(false);
        ReceivedPages received = new ReceivedPages(new RamBlocks(List.of(fresh, stale)));
        received.zero(0, 0, zeroPages);
        received.zero(1, 0, zeroPages);
        assertEquals(5, at(fresh, 0));
        assertEquals(0, at(stale, 0));
    }

    /** Memory that cannot be written: a page that is zero already is left as it is. */
    @Test
    void shouldOnlyReadAPageThatIsZeroAlready() {
        RamBlock block = new RamBlock("b", 4096, false,
                ByteBuffer.allocateDirect(8192).put(1, (byte) 1).asReadOnlyBuffer());
        ReceivedPages received = new ReceivedPages(new RamBlocks(List.of(block)));
        received.zero(0, 4096, zeroPages);
        assertThrows(ReadOnlyBufferException.class, () -> received.zero(0, 0, zeroPages));
    }

    @Test
    void shouldMarkWhatArrivedInAnyOrder() {
        ReceivedPages received = new ReceivedPages(new RamBlocks(List.of(block(true), block(false))));
        received.mark(1, new long[] {2 * 4096, 3 * 4096, 0, 4096}, 3);
        assertEquals(0, received.of(0).cardinality());
        assertEquals(3, received.of(1).cardinality());
        assertFalse(received.of(1).get(1));
        received.mark(1, new long[] {2 * 4096, 4096}, 2);
        assertEquals(4, received.of(1).cardinality());
        received.mark(0, new long[0], 0);
        received.mark(0, new long[] {3 * 4096}, 1);
        assertTrue(received.of(0).get(3));
        assertEquals(1, received.of(0).cardinality());
    }

    @Test
    void shouldFillABatchUntilItIsFull() {
        RamBlock block = block(false);
        PageBatch batch = new PageBatch(2);
        assertTrue(batch.isEmpty());
        assertFalse(batch.isFull());
        assertNull(batch.block);
        batch.add(block, 4096);
        assertFalse(batch.isEmpty() || batch.isFull());
        batch.add(block, 0);
        assertTrue(batch.isFull());
        assertSame(block, batch.block);
        assertEquals(4096, batch.offsets[0]);
        assertEquals(0, batch.offsets[1]);
        batch.clear();
        assertTrue(batch.isEmpty());
        assertNull(batch.block);
    }
}
