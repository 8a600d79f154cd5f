package org.multifd.core.internal.stream;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.multifd.core.internal.wire.WireException;

/** Whatever comes: the reader returns or throws what it documents, in bounded time and memory. */
class MainStreamFuzzTest {

    private static final int RUNS = 1500;

    /** The reader's own start, the exception, and what the test notes: nothing that a stream's claims could grow. */
    private static final long HEAP_LIMIT = 3 << 20;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private int read;
    private int refused;
    private int ended;

    private static byte[] stream(boolean flushRule) {
        return Bytes.stream().subsection("target-page-bits").u32(12).subsection("capabilities").u32(2)
                .counted("multifd")
                .counted("return-path").subsection("uuid").u64(1).u64(2).hex("08 0001 0000")
                .hex("08 0002 0004 00000001")
                .ram(flushRule).part().u64(Bytes.ZERO).counted("b").u8(0).u64(4096 | Bytes.ZERO | Bytes.CONTINUE).u8(0)
                .end(flushRule)
                .part().u64(4096 | Bytes.PAGE).counted("a").raw(new byte[4096]).end(flushRule).last().end(flushRule)
                .tail().array();
    }

    @Test
    void shouldSurviveFlippedBits() {
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            byte[] bytes = stream(seed % 2 == 0);
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                bytes[at(random, bytes)] ^= 1 << random.nextInt(8);
            }
            check(bytes, "flips, seed " + seed);
        }
        assertTrue(read > 0 && refused > RUNS / 4 && ended > 0, read + " read, " + refused + " refused, " + ended
                + " ended");
    }

    @Test
    void shouldSurviveExtremeFields() {
        long[] extremes = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 0x7FFFFFFF, 0xFFFFFFFFL, 0x80000000L};
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            byte[] bytes = stream(seed % 2 == 0);
            long value = extremes[random.nextInt(extremes.length)];
            int at = at(random, bytes);
            for (int i = 0; i < 1 << random.nextInt(4) && at + i < bytes.length; i++) {
                bytes[at + i] = (byte) (value >> 8 * i);
            }
            check(bytes, "extremes, seed " + seed);
        }
        assertTrue(read > 0 && refused > RUNS / 4 && ended > 0, read + " read, " + refused + " refused, " + ended
                + " ended");
    }

    @Test
    void shouldSurvivePiecesInAnyOrder() {
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Bytes stream = Bytes.stream();
            if (random.nextInt(4) > 0) {
                stream.ram(random.nextBoolean());
            }
            for (int pieces = random.nextInt(12); pieces > 0; pieces--) {
                piece(stream, random);
            }
            check(stream.array(), "pieces, seed " + seed);
        }
        assertTrue(read > 0 && refused > RUNS / 4 && ended > 0, read + " read, " + refused + " refused, " + ended
                + " ended");
    }

    private static void piece(Bytes stream, Random random) {
        long number = random.nextBoolean() ? random.nextInt(8) * 4096L : random.nextLong();
        switch (random.nextInt(12)) {
            case 0 -> stream.part();
            case 1 -> stream.last();
            case 2, 3 -> stream.part().end(random.nextBoolean());
            case 4 -> stream.part().u64(number & -4096 | Bytes.ZERO).counted("b").u8(0).end(random.nextBoolean());
            case 5 -> stream.list(number).block("x" + random.nextInt(3), number);
            case 6 -> stream.u64(number);
            case 7 -> stream.u8(8).u16(random.nextInt(13)).u16(random.nextInt(6)).u32(random.nextInt());
            case 8 -> stream.ramStart();
            case 9 -> stream.subsection("uuid").u64(number).u64(number);
            case 10 -> stream.last().end(random.nextBoolean()).tail();
            default -> stream.hex("7e 00000002");
        }
    }

    /** Most of the time not in the middle of the page, which may hold anything. */
    private static int at(Random random, byte[] bytes) {
        int at = random.nextInt(bytes.length - 4096);
        return at < 300 ? 4 + at : at + 4092;
    }

    private void check(byte[] bytes, String label) {
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            new Reading().read(bytes);
            read++;
        } catch (WireException e) {
            refused++;
            assertTrue(e.getMessage().contains("received ") && e.getMessage().contains(", expected ")
                    && e.getMessage().chars().allMatch(c -> c >= ' ' && c < 127), label + ": " + e.getMessage());
        } catch (EOFException e) {
            ended++;
            assertTrue(e.getMessage().startsWith("connection closed by the peer at byte "), label + ": "
                    + e.getMessage());
        } catch (IOException | RuntimeException e) {
            fail(label, e);
        }
        long heap = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(heap < HEAP_LIMIT, label + ": " + heap + " bytes of heap");
    }
}
