package org.multifd.core.qemu;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the sums of pages that a channel carries between two multifd peers, and may change those behind its first. */
final class PageSumWatch implements SpoilingProxy.Change {

    /** "MFPS", which stands before a sum. */
    private static final int MAGIC = 0x4d465053;

    private final AtomicInteger seen;
    private final boolean changing;
    private int here;
    private int last;

    /** @param seen counts the sums of all channels */
    PageSumWatch(AtomicInteger seen, boolean changing) {
        this.seen = seen;
        this.changing = changing;
    }

    @Override
    public byte of(long position, byte value) {
        boolean sum = last == MAGIC;
        last = last << Byte.SIZE | value & 0xFF;
        if (!sum) {
            return value;
        }
        seen.incrementAndGet();
        here++;
        return changing && here > 1 ? (byte) (value ^ 1) : value;
    }
}
