package org.multifd.core.internal.ram;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two threads at the same few words, thousands of times: no bit is lost, none invented. They meet before and after each
 * round without sleeping, so that they really are at it together.
 */
class BitmapContentionTest {

    private static final int ROUNDS = 1500;
    private static final int WORDS = 64;
    private static final int PAGES = 64 * WORDS;

    private interface Step {
        void run(int round);
    }

    private final PageBitmap bitmap = new PageBitmap(PAGES);
    private final AtomicInteger arrivals = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger allSet = new AtomicInteger(-1);
    private int met;

    @BeforeEach
    @AfterEach
    void shouldStartAndEndEmpty() {
        assertEquals(0, bitmap.cardinality());
    }

    /** Each round: one thread does this, the other that, and when both have done it the first one checks. */
    private void together(Step first, Step second, Step check) {
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> {
            int meetings = 0;
            for (int round = 0; round < ROUNDS; round++) {
                meet(++meetings);
                guarded(second, round);
                meet(++meetings);
            }
        });
        try {
            for (int round = 0; round < ROUNDS; round++) {
                meet(++met);
                guarded(first, round);
                meet(++met);
                guarded(check, round);
            }
        } finally {
            try {
                other.join();
            } catch (CompletionException e) {
                failed.incrementAndGet(); // told below, if the first thread did not fail itself
            }
        }
        assertEquals(0, failed.get());
    }

    private void guarded(Step step, int round) {
        boolean done = false;
        try {
            step.run(round);
            done = true;
        } finally {
            if (!done) {
                failed.incrementAndGet();
            }
        }
    }

    private void meet(int meeting) {
        arrivals.incrementAndGet();
        for (int i = 0; arrivals.get() < 2 * meeting; i++) {
            if (failed.get() > 0) {
                throw new IllegalStateException("the other thread failed");
            }
            if (i % 1000 == 999) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
    }

    private void takeAll(int round) {
        for (int word = 0; word < WORDS; word++) {
            assertEquals(-1L, bitmap.take(word), "round " + round + ", word " + word);
        }
    }

    @Test
    void shouldLoseNoBitOfTwoSetters() {
        together(round -> {
            for (int page = 0; page < PAGES; page += 2) {
                bitmap.set(page);
            }
        }, round -> {
            for (int page = 1; page < PAGES; page += 2) {
                bitmap.set(page);
            }
        }, this::takeAll);
    }

    @Test
    void shouldLoseAndInventNoBitOfTwoRanges() {
        together(round -> setRanges(0), round -> setRanges(1), round -> {
            for (int word = 0; word < WORDS; word++) {
                assertEquals(0x7777_7777_7777_7777L, bitmap.take(word), "round " + round + ", word " + word);
            }
        });
    }

    /** Bits 0, 1 and 4, 5 of each byte, or 2 and 6: those at 3 and 7 are nobody's. */
    private void setRanges(int which) {
        for (int page = 0; page < PAGES; page += 4) {
            if (which == 0) {
                bitmap.set(page, page + 2);
            } else {
                bitmap.set(page + 2, page + 3);
            }
        }
    }

    /** Sets all bits, in each word one after the other, and says so. */
    private void setAll(int round) {
        for (int bit = 0; bit < 64; bit++) {
            for (int word = 0; word < WORDS; word++) {
                bitmap.set(64L * word + bit);
            }
        }
        allSet.set(round);
    }

    @Test
    void shouldLoseNoBitThatIsPutBack() {
        together(this::setAll, round -> {
            do {
                for (int word = 0; word < WORDS; word++) {
                    bitmap.add(word, bitmap.take(word));
                }
            } while (allSet.get() < round);
        }, this::takeAll);
    }

    @Test
    void shouldTakeEveryBitExactlyOnce() {
        long[] taken = new long[WORDS];
        together(this::setAll, round -> {
            do {
                for (int word = 0; word < WORDS; word++) {
                    long bits = bitmap.take(word);
                    assertEquals(0, taken[word] & bits, "taken twice in round " + round);
                    taken[word] |= bits;
                }
            } while (allSet.get() < round);
        }, round -> {
            for (int word = 0; word < WORDS; word++) {
                long rest = bitmap.take(word);
                assertEquals(0, taken[word] & rest, "taken twice in round " + round);
                assertEquals(-1L, taken[word] | rest, "round " + round + ", word " + word);
                taken[word] = 0;
            }
        });
    }
}
