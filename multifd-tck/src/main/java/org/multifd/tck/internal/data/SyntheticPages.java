package org.multifd.tck.internal.data;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Content of guest pages as a running system has it. A page is a function of seed, number and version alone, so any
 * page can be made again.
 *
 * <p>The mix, in extents of 32 pages (free memory, page cache and heaps come in runs): 30 % zeros, 20 % text (log lines
 * of skewed words and numbers), 20 % code (x86-64 instructions with common encodings), 20 % pointers (64-byte objects
 * with classes, addresses near each other, small counters), 10 % noise (what is compressed or encrypted already).
 *
 * <p>One thread's. Public for the benchmarks, which measure with the same pages and run from the class path; not
 * exported.
 */
public final class SyntheticPages {

    public enum Kind { ZERO, TEXT, CODE, POINTERS, NOISE }

    private static final int EXTENT_PAGES = 32;
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /**
     * Opcode, ModRM and prefix bytes of frequent instructions; the number of operand bytes that follow stands first.
     */
    private static final int[][] INSTRUCTIONS = {
        {1, 0x48, 0x8b, 0x45}, {1, 0x48, 0x89, 0x45}, {1, 0x48, 0x8b, 0x7d}, {1, 0x8b, 0x45}, {1, 0x89, 0x45},
        {4, 0xe8}, {4, 0x48, 0x8d, 0x3d}, {1, 0x74}, {1, 0x75}, {0, 0x48, 0x85, 0xc0}, {0, 0x48, 0x89, 0xc7},
        {0, 0x48, 0x89, 0xe5}, {0, 0x55}, {0, 0x5d, 0xc3}, {1, 0x48, 0x83, 0xec}, {1, 0x48, 0x83, 0xc4},
        {0, 0x31, 0xc0}, {0, 0x41, 0x54, 0x53}, {0, 0x5b, 0x41, 0x5c}, {4, 0x0f, 0x84}, {4, 0xe9}, {4, 0xb8},
        {1, 0x0f, 0xb6, 0x47}, {4, 0x48, 0x8b, 0x05}, {1, 0x83, 0xf8}, {0, 0x48, 0x39, 0xd8}, {1, 0xeb},
        {4, 0x48, 0x81, 0xc7}, {1, 0x48, 0x8b, 0x5c, 0x24}, {1, 0x4c, 0x89, 0x64, 0x24},
        {0, 0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00}, {0, 0xcc, 0xcc, 0xcc, 0xcc},
    };

    private final long seed;
    private final byte[][] words;
    private long state;

    public SyntheticPages(long seed) {
        this.seed = seed;
        this.words = vocabulary();
    }

    public Kind kind(long page) {
        state = mix(seed ^ mix(page / EXTENT_PAGES));
        int percent = below(100);
        if (percent < 30) {
            return Kind.ZERO;
        }
        if (percent < 50) {
            return Kind.TEXT;
        }
        if (percent < 70) {
            return Kind.CODE;
        }
        return percent < 90 ? Kind.POINTERS : Kind.NOISE;
    }

    /**
     * Fills a whole page.
     *
     * @param page number, which decides what kind of page it is
     * @param version 0 for the page's first content, another number for another content of the same kind
     */
    public void fill(long page, long version, byte[] out) {
        Kind kind = kind(page);
        state = mix(seed + mix(page) + mix(~version));
        switch (kind) {
            case ZERO -> Arrays.fill(out, (byte) 0);
            case TEXT -> text(out);
            case CODE -> code(out);
            case POINTERS -> pointers(out, page);
            case NOISE -> noise(out);
        }
    }

    private void text(byte[] out) {
        int at = 0;
        while (at < out.length) {
            long bits = next();
            byte[] word = words[skewed(bits, words.length)];
            int length = Math.min(word.length, out.length - at);
            System.arraycopy(word, 0, out, at, length);
            at += length;
            switch ((int) (bits & 15)) {
                case 0 -> at = put(out, at, '\n');
                case 1 -> at = number(out, at, bits >>> 40);
                case 2 -> at = put(out, put(out, at, ','), ' ');
                default -> at = put(out, at, ' ');
            }
        }
    }

    private static int number(byte[] out, int start, long value) {
        int at = put(out, start, '=');
        for (long rest = value % 100_000; rest > 0; rest /= 10) {
            at = put(out, at, '0' + (int) (rest % 10));
        }
        return put(out, at, ' ');
    }

    private void code(byte[] out) {
        int at = 0;
        while (at < out.length) {
            long bits = next();
            int[] instruction = INSTRUCTIONS[skewed(bits, INSTRUCTIONS.length)];
            for (int i = 1; i < instruction.length; i++) {
                at = put(out, at, instruction[i]);
            }
            if (instruction[0] == 1) {
                at = put(out, at, (int) (bits & 15) << 3 ^ 0xf8);
            } else if (instruction[0] == 4) {
                boolean back = (bits & 1) == 0;
                at = put(out, at, (int) bits >>> 8);
                at = put(out, at, (int) bits >>> 16);
                at = put(out, at, back ? 0xff : 0);
                at = put(out, at, back ? 0xff : 0);
            }
        }
    }

    private void pointers(byte[] out, long page) {
        long heap = 0x7f00_0000_0000L | page / EXTENT_PAGES << 24;
        for (int at = 0; at + 64 <= out.length; at += 64) {
            long bits = next();
            LONGS.set(out, at, 0x5555_5540_0000L | (bits & 31) << 7);
            LONGS.set(out, at + 8, bits >>> 5 & 3);
            LONGS.set(out, at + 16, heap | (bits >>> 8 & 0x3fff) << 6);
            LONGS.set(out, at + 24, (bits >>> 24 & 7) == 0 ? 0 : heap | (bits >>> 28 & 0x3fff) << 6);
            LONGS.set(out, at + 32, (bits >>> 44 & 0xff) | 1L << 32);
            LONGS.set(out, at + 40, heap | (page * 4096 + at & 0xffffff));
            LONGS.set(out, at + 48, 0);
            LONGS.set(out, at + 56, (bits >>> 52 & 3) == 0 ? bits >>> 54 : 0);
        }
    }

    private void noise(byte[] out) {
        for (int at = 0; at + 8 <= out.length; at += 8) {
            LONGS.set(out, at, next());
        }
    }

    private static int put(byte[] out, int at, int value) {
        if (at < out.length) {
            out[at] = (byte) value;
        }
        return at + 1;
    }

    private static int skewed(long bits, int bound) {
        double fraction = (bits >>> 11) * 0x1.0p-53;
        return (int) (fraction * fraction * fraction * bound);
    }

    private int below(int bound) {
        return (int) ((next() >>> 33) * bound >>> 31);
    }

    /** SplitMix64 written out: the JDK does not promise to keep the sequence of any generator but {@code Random}. */
    private long next() {
        state += 0x9e37_79b9_7f4a_7c15L;
        return mix(state);
    }

    private static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
        return z ^ z >>> 31;
    }

    private byte[][] vocabulary() {
        String[] syllables = {"ad", "ber", "con", "de", "er", "fi", "gra", "hi", "in", "ker", "la", "mem", "net", "or",
            "pro", "qua", "re", "ser", "ti", "un", "ver", "wa", "ex", "vice", "ing", "ed", "s", "tion", "page", "root"};
        state = 1;
        byte[][] vocabulary = new byte[4096][];
        for (int i = 0; i < vocabulary.length; i++) {
            StringBuilder word = new StringBuilder();
            for (int left = 1 + below(i < 256 ? 2 : 4); left > 0; left--) {
                word.append(syllables[below(syllables.length)]);
            }
            vocabulary[i] = word.toString().getBytes(StandardCharsets.US_ASCII);
        }
        return vocabulary;
    }
}
