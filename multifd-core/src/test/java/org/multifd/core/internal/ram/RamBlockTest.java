package org.multifd.core.internal.ram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.internal.wire.Limits;

class RamBlockTest {

    private static ByteBuffer memory(int bytes) {
        return ByteBuffer.allocateDirect(bytes);
    }

    private static RamBlock block(String name, int... segments) {
        ByteBuffer[] buffers = new ByteBuffer[segments.length];
        for (int i = 0; i < segments.length; i++) {
            buffers[i] = memory(segments[i]);
        }
        return new RamBlock(name, 4096, false, buffers);
    }

    private static void assertRefused(String message, int... segments) {
        assertEquals("RAM block \"b\\x1b\": " + message,
                assertThrows(IllegalArgumentException.class, () -> block("b\u001b", segments)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -4096, 1, 512, 2048, 8192, 32768, 1 << 20})
    void shouldRefuseAnotherPageSize(int size) {
        String message = "page size: received " + size + ", expected 4096, 16384 or 65536";
        assertEquals(message, assertThrows(IllegalArgumentException.class, () -> Limits.checkPageSize(size))
                .getMessage());
        assertEquals(message, assertThrows(IllegalArgumentException.class,
                () -> new RamBlock("b", size, false, memory(1 << 20))).getMessage());
    }

    @Test
    void shouldRefuseABlockWithoutMemory() {
        assertRefused("received no memory, expected at least one buffer");
        assertRefused("received a segment of 0 bytes, expected a multiple of the page size 4096", 0);
        assertRefused("received a segment of 0 bytes, expected a multiple of the page size 4096", 4096, 0);
    }

    @Test
    void shouldRefuseHalfAPage() {
        assertRefused("received a segment of 6144 bytes, expected a multiple of the page size 4096", 6144);
        assertRefused("received a segment of 4095 bytes, expected a multiple of the page size 4096", 8192, 4095);
    }

    @Test
    void shouldRefuseSegmentsThatDifferBeforeTheLast() {
        assertRefused("received segment 1 of 4096 bytes, expected 8192 as the first (only the last may be shorter)",
                8192, 4096, 8192);
        assertRefused("received segment 1 of 8192 bytes, expected 4096 as the first (only the last may be shorter)",
                4096, 8192);
        assertRefused("received segment 2 of 12288 bytes, expected 8192 as the first (only the last may be shorter)",
                8192, 8192, 12288);
    }

    @Test
    void shouldRefuseHeapMemory() {
        assertEquals("RAM block \"b\": received a heap buffer, expected direct or mapped memory",
                assertThrows(IllegalArgumentException.class,
                        () -> new RamBlock("b", 4096, false, ByteBuffer.allocate(4096))).getMessage());
    }

    @Test
    void shouldRefuseANameThatDoesNotFitAPacket() {
        assertEquals("RAM block name \"\": received 0 bytes, expected 1..255",
                assertThrows(IllegalArgumentException.class, () -> block("", 4096)).getMessage());
    }

    @Test
    void shouldTakeABuffersPositionToItsLimit() {
        ByteBuffer larger = memory(16384);
        larger.put(4096, (byte) 7);
        RamBlock block = new RamBlock("b", 4096, false, larger.position(4096).limit(12288));
        assertEquals(8192, block.length());
        assertEquals(7, block.view(0).get(0));
        assertEquals(8192, block.view(0).capacity());
        larger.clear();
        assertEquals(8192, block.view(0).remaining());
    }

    @Test
    void shouldCopyAcrossSegmentsAtEveryOffset() {
        RamBlock block = block("b", 8192, 8192, 4096);
        assertEquals(20480, block.length());
        assertEquals(5, block.pages());
        assertEquals(3, block.segments());
        byte[] oracle = new byte[20480];
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            int offset = random.nextInt(20480);
            byte[] bytes = new byte[random.nextInt(20480 - offset + 1)];
            random.nextBytes(bytes);
            ByteBuffer src = ByteBuffer.wrap(bytes);
            block.put(offset, src);
            assertFalse(src.hasRemaining());
            System.arraycopy(bytes, 0, oracle, offset, bytes.length);
        }
        ByteBuffer all = ByteBuffer.allocate(20480);
        block.get(0, all);
        assertArrayEquals(oracle, all.array());
        ByteBuffer some = ByteBuffer.allocate(4098);
        block.get(8191, some.position(1).limit(4097));
        assertEquals(ByteBuffer.wrap(oracle, 8191, 4096), some.flip().position(1));
    }

    @Test
    void shouldKnowTheShapeOfABlockWithoutMemory() {
        RamBlock block = RamBlock.withoutMemory("b", 4096, 3L << 30);
        assertEquals(3L << 30, block.length());
        assertEquals(786_432, block.pages());
        assertEquals("RAM block \"b\": received 4097 bytes, expected a positive multiple of the page size 4096",
                assertThrows(IllegalArgumentException.class, () -> RamBlock.withoutMemory("b", 4096, 4097))
                .getMessage());
    }

    @Test
    void shouldGiveViewsOfTheirOwn() {
        RamBlock block = block("b", 8192);
        ByteBuffer moved = block.view(0).position(5).limit(6);
        assertNotSame(moved, block.view(0));
        assertEquals(0, block.view(0).position());
        assertEquals(8192, block.view(0).limit());
    }

    @Test
    void shouldBeFreshOnceAndNotAfterBeingWritten() {
        RamBlock block = new RamBlock("b", 4096, true, memory(4096));
        assertTrue(block.takeFresh());
        assertFalse(block.takeFresh());
        RamBlock written = new RamBlock("b", 4096, true, memory(4096));
        written.put(0, ByteBuffer.wrap(new byte[] {1}));
        assertFalse(written.takeFresh());
        assertFalse(block("b", 4096).takeFresh());
    }

    @Test
    void shouldFindABlockByItsNameInAPacket() {
        RamBlocks blocks = new RamBlocks(List.of(block("pc.ram2", 4096), block("pc.ram", 8192), block("\u00e9", 4096)));
        assertEquals(1, blocks.find(field("pc.ram"), 3, 20));
        assertEquals(0, blocks.find(field("pc.ram2"), 3, 20));
        assertEquals(2, blocks.find(field("\u00e9"), 3, 20));
        assertEquals(-1, blocks.find(field("pc.ra"), 3, 20));
        assertEquals(-1, blocks.find(field(""), 3, 20));
        assertEquals(8192, blocks.usedLength(1));
        assertEquals(16384, blocks.length());
        assertEquals(1, blocks.byName("pc.ram"));
        assertEquals(-1, blocks.byName("pc"));
    }

    /** A name as long as the field has no NUL in it: not found, and nothing behind the field is read. */
    @Test
    void shouldNotLookBehindTheField() {
        RamBlocks blocks = new RamBlocks(List.of(block("pc.ram", 4096)));
        ByteBuffer field = ByteBuffer.wrap("pc.ram\0".getBytes(StandardCharsets.US_ASCII));
        assertEquals(0, blocks.find(field, 0, 7));
        assertEquals(-1, blocks.find(field, 0, 6));
    }

    private static ByteBuffer field(String name) {
        return ByteBuffer.allocate(40).put(3, name.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldRefuseListsThatAreNone() {
        assertEquals("RAM: received no block, expected at least one",
                assertThrows(IllegalArgumentException.class, () -> new RamBlocks(List.of())).getMessage());
        assertEquals("RAM block \"a\": received twice, expected once", assertThrows(IllegalArgumentException.class,
                () -> new RamBlocks(List.of(block("a", 4096), block("b", 4096), block("a", 4096)))).getMessage());
        assertEquals("RAM block \"b\": received page size 65536, expected 4096 as the first block's",
                assertThrows(IllegalArgumentException.class, () -> new RamBlocks(List.of(block("a", 4096),
                        new RamBlock("b", 65536, false, memory(65536))))).getMessage());
    }
}
