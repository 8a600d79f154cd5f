package org.multifd.core.internal.ram;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** One bit per page, set and taken by several threads at once. */
public final class PageBitmap {

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    private final long pages;
    private final long[] words;

    public PageBitmap(long pages) {
        this.pages = pages;
        this.words = new long[Math.toIntExact((pages + 63) >>> 6)];
    }

    public long pages() {
        return pages;
    }

    public int words() {
        return words.length;
    }

    public boolean get(long page) {
        return ((long) WORD.getOpaque(words, (int) (page >>> 6)) >>> page & 1) != 0;
    }

    /** Sets one bit; what this thread wrote before is seen by whoever takes it. */
    public void set(long page) {
        WORD.getAndBitwiseOr(words, (int) (page >>> 6), 1L << page);
    }

    /** Sets bits {@code from} to {@code to - 1}. */
    public void set(long from, long to) {
        for (long page = from; page < to; page = (page | 63) + 1) {
            long mask = -1L << page;
            if (to - page <= 63 - (page & 63)) {
                mask &= (1L << to) - 1;
            }
            WORD.getAndBitwiseOr(words, (int) (page >>> 6), mask);
        }
    }

    /** Clears one bit, beside others that are set meanwhile. */
    public void clear(long page) {
        WORD.getAndBitwiseAnd(words, (int) (page >>> 6), ~(1L << page));
    }

    /** 64 bits: page {@code 64 * word} is the lowest. */
    public long word(int word) {
        return (long) WORD.getOpaque(words, word);
    }

    /** Takes 64 bits and leaves zeros, atomically. */
    public long take(int word) {
        return (long) WORD.getOpaque(words, word) == 0 ? 0 : (long) WORD.getAndSet(words, word, 0L);
    }

    /** Puts 64 bits back beside what is there. */
    public void add(int word, long bits) {
        WORD.getAndBitwiseOr(words, word, bits);
    }

    public long cardinality() {
        long sum = 0;
        for (int i = 0; i < words.length; i++) {
            sum += Long.bitCount((long) WORD.getOpaque(words, i));
        }
        return sum;
    }
}
