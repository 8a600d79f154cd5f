package org.multifd.core.internal.ram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZeroPagesTest {

    @ParameterizedTest
    @ValueSource(ints = {4096, 16384, 65536})
    void shouldFindASingleByteWhereverItIs(int pageSize) {
        ByteBuffer memory = ByteBuffer.allocateDirect(3 * pageSize);
        RamBlock block = new RamBlock("b", pageSize, false, memory);
        ZeroPages zeroPages = new ZeroPages(pageSize);
        for (int at = 0; at < pageSize; at++) {
            memory.put(pageSize + at, (byte) (1 << at % 8));
            assertFalse(zeroPages.isZero(block, pageSize), "byte " + at);
            memory.put(pageSize + at, (byte) 0);
        }
        assertTrue(zeroPages.isZero(block, pageSize));
    }

    @Test
    void shouldLookAtNoNeighbour() {
        ByteBuffer memory = ByteBuffer.allocateDirect(3 * 4096);
        RamBlock block = new RamBlock("b", 4096, false, memory);
        memory.put(4095, (byte) 1).put(8192, (byte) 1);
        ZeroPages zeroPages = new ZeroPages(4096);
        assertTrue(zeroPages.isZero(block, 4096));
        assertFalse(zeroPages.isZero(block, 0));
        assertFalse(zeroPages.isZero(block, 8192));
    }

    @Test
    void shouldClearOnePageAndNoNeighbour() {
        ByteBuffer memory = ByteBuffer.allocateDirect(3 * 4096);
        for (int i = 0; i < memory.capacity(); i++) {
            memory.put(i, (byte) (1 + i % 100));
        }
        ZeroPages zeroPages = new ZeroPages(4096);
        RamBlock block = new RamBlock("b", 4096, false, memory);
        zeroPages.clear(block, 4096);
        for (int i = 0; i < memory.capacity(); i++) {
            assertEquals(i / 4096 == 1 ? 0 : 1 + i % 100, memory.get(i), "byte " + i);
        }
        assertTrue(zeroPages.isZero(block, 4096));
    }

    /** Read-only memory shows a write that changes nothing. */
    @Test
    void shouldOnlyReadAPageThatIsZeroAlready() {
        ByteBuffer memory = ByteBuffer.allocateDirect(8192).put(4100, (byte) 1);
        RamBlock block = new RamBlock("b", 4096, false, memory.position(0).asReadOnlyBuffer());
        ZeroPages zeroPages = new ZeroPages(4096);
        zeroPages.clear(block, 0);
        assertThrows(ReadOnlyBufferException.class, () -> zeroPages.clear(block, 4096));
    }

    @Test
    void shouldKeepBlocksAndSegmentsApart() {
        ByteBuffer first = ByteBuffer.allocateDirect(8192);
        ByteBuffer second = ByteBuffer.allocateDirect(4096).put(17, (byte) 1);
        RamBlock two = new RamBlock("two", 4096, false, first, second.position(0));
        RamBlock one = new RamBlock("one", 4096, false, ByteBuffer.allocateDirect(12288));
        ZeroPages zeroPages = new ZeroPages(4096);
        for (int i = 0; i < 3; i++) {
            assertFalse(zeroPages.isZero(two, 8192));
            assertTrue(zeroPages.isZero(one, 8192));
            assertTrue(zeroPages.isZero(two, 4096));
        }
    }
}
