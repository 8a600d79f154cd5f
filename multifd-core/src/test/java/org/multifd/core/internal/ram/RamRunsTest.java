package org.multifd.core.internal.ram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RamRunsTest {

    private static final int PAGE = 4096;

    /** Segments of 4, 4 and 2 pages; each page starts with its number. */
    private final RamBlock block = new RamBlock("b", PAGE, false, ByteBuffer.allocateDirect(4 * PAGE),
            ByteBuffer.allocateDirect(4 * PAGE), ByteBuffer.allocateDirect(2 * PAGE));

    RamRunsTest() {
        for (int page = 0; page < 10; page++) {
            block.put((long) page * PAGE, ByteBuffer.wrap(new byte[] {(byte) page}));
        }
    }

    private RamRuns runs(boolean readOnly, int... pages) {
        RamRuns runs = new RamRuns(PAGE, 128, readOnly);
        set(runs, pages);
        return runs;
    }

    private void set(RamRuns runs, int... pages) {
        long[] offsets = new long[pages.length + 1];
        for (int i = 0; i < pages.length; i++) {
            offsets[i] = (long) pages[i] * PAGE;
        }
        offsets[pages.length] = pages.length == 0 ? 0 : offsets[pages.length - 1] + PAGE;
        runs.set(block, offsets, pages.length);
    }

    /** The first page and the number of pages of each run. */
    private static String shape(RamRuns runs) {
        StringBuilder text = new StringBuilder();
        for (int run = 0; run < runs.runs(); run++) {
            ByteBuffer buffer = runs.buffer(run);
            text.append(buffer.get(buffer.position())).append('+').append(buffer.remaining() / PAGE).append(' ');
        }
        return text.toString();
    }

    @Test
    void shouldJoinNeighboursAndKeepTheOrder() {
        assertEquals("0+3 ", shape(runs(true, 0, 1, 2)));
        assertEquals("5+2 0+2 3+1 ", shape(runs(true, 5, 6, 0, 1, 3)));
        assertEquals("2+1 1+1 0+1 ", shape(runs(true, 2, 1, 0)));
        assertEquals("1+1 1+1 ", shape(runs(true, 1, 1)));
        assertEquals("", shape(runs(true)));
    }

    @Test
    void shouldEndARunWithItsSegment() {
        assertEquals("2+2 4+4 8+2 ", shape(runs(true, 2, 3, 4, 5, 6, 7, 8, 9)));
        assertEquals("3+1 4+1 ", shape(runs(true, 3, 4)));
    }

    @Test
    void shouldKnowEachPagesPlaceInItsBlock() {
        RamRuns runs = runs(true, 5, 6, 0);
        assertEquals("b", runs.block());
        assertEquals(5L * PAGE, runs.offset(0));
        assertEquals(6L * PAGE, runs.offset(1));
        assertEquals(0, runs.offset(2));
        assertThrows(IndexOutOfBoundsException.class, () -> runs.offset(3));
        assertThrows(IndexOutOfBoundsException.class, () -> runs.offset(-1));
    }

    @Test
    void shouldKnowWherePagesBelongThatLieElsewhere() {
        RamRuns runs = new RamRuns(PAGE, 128, true);
        runs.set(block, new long[] {0, PAGE}, 2, "pc.ram", new long[] {7L << 40, PAGE});
        assertEquals("0+2 ", shape(runs));
        assertEquals("pc.ram", runs.block());
        assertEquals(7L << 40, runs.offset(0));
        assertEquals(PAGE, runs.offset(1));
    }

    @Test
    void shouldCountPagesAndBytes() {
        RamRuns runs = runs(true, 5, 6, 0);
        assertEquals(3, runs.pages());
        assertEquals(3 * PAGE, runs.bytes());
        assertEquals(PAGE, runs.pageSize());
        assertEquals(2, runs.runs());
    }

    @Test
    void shouldForgetThePacketBefore() {
        RamRuns runs = runs(true, 9, 7, 5, 3, 1);
        set(runs, 0, 1, 6);
        assertEquals("0+2 6+1 ", shape(runs));
        assertEquals(3, runs.pages());
        assertThrows(IndexOutOfBoundsException.class, () -> runs.buffer(2));
        assertThrows(IndexOutOfBoundsException.class, () -> runs.buffer(-1));
    }

    @Test
    void shouldGiveEachRunAViewOfItsOwn() {
        RamRuns runs = runs(true, 0, 2, 5);
        ByteBuffer first = runs.buffer(0);
        ByteBuffer second = runs.buffer(1);
        ByteBuffer third = runs.buffer(2);
        assertNotSame(first, second);
        assertNotSame(second, third);
        assertEquals(0, first.get());
        assertEquals(2, second.get());
        assertEquals(5, third.get());
        assertEquals(PAGE - 1, first.remaining());
        assertEquals(PAGE, runs.buffer(0).remaining());
    }

    @Test
    void shouldSetABufferAnewHoweverAMethodLeftIt() {
        RamRuns runs = runs(true, 1, 2);
        runs.buffer(0).order(ByteOrder.LITTLE_ENDIAN).position(0).limit(0);
        ByteBuffer again = runs.buffer(0);
        assertEquals(ByteOrder.BIG_ENDIAN, again.order());
        assertEquals(PAGE, again.position());
        assertEquals(2 * PAGE, again.remaining());
        assertTrue(again.isDirect());
    }

    @Test
    void shouldLeaveTheFirstBufferToTheCaller() {
        RamRuns runs = runs(true, 0, 2);
        ByteBuffer mine = ByteBuffer.allocate(1);
        runs.buffers()[0] = mine;
        ByteBuffer[] buffers = runs.buffers();
        assertSame(mine, buffers[0]);
        assertEquals(0, buffers[1].get(buffers[1].position()));
        assertEquals(2, buffers[2].get(buffers[2].position()));
        assertEquals(PAGE, buffers[2].remaining());
        assertEquals(129, buffers.length);
    }

    @Test
    void shouldBeReadOnlyWhileSending() {
        RamRuns sending = runs(true, 0, 5);
        assertTrue(sending.buffer(0).isReadOnly() && sending.buffer(1).isReadOnly());
        assertThrows(ReadOnlyBufferException.class, () -> sending.copyFrom(ByteBuffer.allocate(2 * PAGE)));
        assertFalse(runs(false, 0).buffer(0).isReadOnly());
    }

    @Test
    void shouldCopyAllPagesOutAndIn() {
        byte[] bytes = new byte[5 * PAGE];
        new Random(7).nextBytes(bytes);
        RamRuns receiving = runs(false, 9, 3, 4, 0, 1);
        ByteBuffer src = ByteBuffer.allocate(bytes.length + 20).put(5, bytes).position(5);
        receiving.copyFrom(src);
        assertEquals(5 + bytes.length, src.position());

        ByteBuffer dst = ByteBuffer.allocateDirect(bytes.length + 20).position(11);
        runs(true, 9, 3, 4, 0, 1).copyTo(dst);
        assertEquals(11 + bytes.length, dst.position());
        assertEquals(ByteBuffer.wrap(bytes), dst.flip().position(11));

        byte[] third = new byte[PAGE];
        block.get(4 * PAGE, ByteBuffer.wrap(third));
        assertArrayEquals(Arrays.copyOfRange(bytes, 2 * PAGE, 3 * PAGE), third);
        assertEquals("2+1 5+3 8+1 ", shape(runs(true, 2, 5, 6, 7, 8)));
    }

    @Test
    void shouldRefuseToCopyIntoLessRoom() {
        ByteBuffer dst = ByteBuffer.allocate(2 * PAGE - 1);
        assertThrows(BufferOverflowException.class, () -> runs(true, 0, 5).copyTo(dst));
        assertEquals(0, dst.position());
    }

    @Test
    void shouldRefuseToCopyFromLess() {
        ByteBuffer src = ByteBuffer.allocate(2 * PAGE - 1);
        assertThrows(BufferUnderflowException.class, () -> runs(false, 0, 5).copyFrom(src));
        assertEquals(0, src.position());
        assertEquals("0+1 5+1 ", shape(runs(true, 0, 5)));
    }

    @Test
    void shouldKeepBlocksApart() {
        RamBlock other = new RamBlock("o", PAGE, false, ByteBuffer.allocateDirect(PAGE).put(0, (byte) 99));
        RamRuns runs = runs(true, 3);
        runs.set(other, new long[] {0}, 1);
        assertEquals("99+1 ", shape(runs));
        set(runs, 3);
        assertEquals("3+1 ", shape(runs));
    }
}
