package org.multifd.core.internal.ram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
}
