package org.multifd.core.ram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class PageBitmapTest {

    private static BitSet content(PageBitmap bitmap) {
        BitSet set = new BitSet();
        for (long page = 0; page < bitmap.pages(); page++) {
            set.set((int) page, bitmap.get(page));
        }
        return set;
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "63, 1", "64, 1", "65, 2", "128, 2", "16777217, 262145"})
    void shouldHaveABitForEveryPage(long pages, int words) {
        PageBitmap bitmap = new PageBitmap(pages);
        assertEquals(pages, bitmap.pages());
        assertEquals(words, bitmap.words());
        if (pages > 0) {
            bitmap.set(pages - 1);
            assertTrue(bitmap.get(pages - 1));
            assertEquals(1, Long.bitCount(bitmap.take(words - 1)));
        }
    }

    @Test
    void shouldSetRangesAsABitSetDoes() {
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            int pages = 1 + random.nextInt(300);
            PageBitmap bitmap = new PageBitmap(pages);
            BitSet oracle = new BitSet();
            for (int i = random.nextInt(5); i >= 0; i--) {
                int from = random.nextInt(pages + 1);
                int to = from + random.nextInt(pages - from + 1);
                bitmap.set(from, to);
                oracle.set(from, to);
            }
            assertEquals(oracle, content(bitmap), "seed " + seed);
            assertEquals(oracle.cardinality(), bitmap.cardinality(), "seed " + seed);
        }
    }

    @Test
    void shouldSetEveryRangeAroundWordEnds() {
        for (int from = 60; from <= 130; from++) {
            for (int to = from; to <= 130; to++) {
                PageBitmap bitmap = new PageBitmap(192);
                bitmap.set(from, to);
                BitSet oracle = new BitSet();
                oracle.set(from, to);
                assertEquals(oracle, content(bitmap), from + ".." + to);
            }
        }
    }

    @Test
    void shouldTakeAWordAndPutItBack() {
        PageBitmap bitmap = new PageBitmap(130);
        bitmap.set(64);
        bitmap.set(127);
        bitmap.set(129);
        assertEquals(0, bitmap.take(0));
        assertEquals(1L | 1L << 63, bitmap.take(1));
        assertEquals(0, bitmap.take(1));
        assertEquals(2, bitmap.take(2));
        assertEquals(0, bitmap.cardinality());
        bitmap.set(65);
        bitmap.add(1, 1L | 1L << 63);
        assertTrue(bitmap.get(64) && bitmap.get(65) && bitmap.get(127));
        assertFalse(bitmap.get(66));
        assertEquals(3, bitmap.cardinality());
    }

    /** Each setter sets each of its pages once; takers take meanwhile: every bit comes out exactly once. */
    @Test
    void shouldLoseAndInventNoBitBetweenThreads() throws Exception {
        int pages = 64 * 200;
        int setters = 4;
        PageBitmap bitmap = new PageBitmap(pages);
        AtomicIntegerArray taken = new AtomicIntegerArray(pages);
        CyclicBarrier start = new CyclicBarrier(setters + 2);
        ExecutorService threads = Executors.newFixedThreadPool(setters + 2);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < setters; t++) {
                int first = t;
                done.add(threads.submit(() -> {
                    start.await();
                    // Neighbouring pages belong to different threads: all of them hit the same words.
                    for (int page = first; page < pages; page += setters) {
                        bitmap.set(page);
                    }
                    return null;
                }));
            }
            for (int t = 0; t < 2; t++) {
                done.add(threads.submit(() -> {
                    start.await();
                    for (int round = 0; round < 50; round++) {
                        takeAll(bitmap, taken);
                    }
                    return null;
                }));
            }
            for (Future<?> future : done) {
                future.get();
            }
        } finally {
            threads.shutdownNow();
        }
        takeAll(bitmap, taken);
        int[] counts = new int[pages];
        int[] once = new int[pages];
        for (int page = 0; page < pages; page++) {
            counts[page] = taken.get(page);
            once[page] = 1;
        }
        assertArrayEquals(once, counts);
    }

    private static void takeAll(PageBitmap bitmap, AtomicIntegerArray taken) {
        for (int word = 0; word < bitmap.words(); word++) {
            for (long bits = bitmap.take(word); bits != 0; bits &= bits - 1) {
                taken.incrementAndGet(word * 64 + Long.numberOfTrailingZeros(bits));
            }
        }
    }

    /** Ranges of several threads share words; each thread's pages are all there in the end, and no others. */
    @Test
    void shouldLoseNoRangeBetweenThreads() throws Exception {
        int pages = 64 * 300 + 17;
        int threadCount = 4;
        PageBitmap bitmap = new PageBitmap(pages);
        CyclicBarrier start = new CyclicBarrier(threadCount);
        ExecutorService threads = Executors.newFixedThreadPool(threadCount);
        BitSet oracle = new BitSet();
        try {
            List<Future<BitSet>> done = new ArrayList<>();
            for (int t = 0; t < threadCount; t++) {
                int seed = t;
                done.add(threads.submit(() -> {
                    BitSet mine = new BitSet();
                    Random random = new Random(seed);
                    start.await();
                    for (int i = 0; i < 300; i++) {
                        int from = random.nextInt(pages);
                        int to = Math.min(pages, from + random.nextInt(40));
                        bitmap.set(from, to);
                        mine.set(from, to);
                    }
                    return mine;
                }));
            }
            for (Future<BitSet> future : done) {
                oracle.or(future.get());
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(oracle, content(bitmap));
    }
}
