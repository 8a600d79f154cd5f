package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.multifd.cli.demo.SyntheticGuest;
import org.multifd.core.DirtyLog;
import org.multifd.core.GuestRam;
import org.multifd.tck.internal.data.SyntheticPages;

class SyntheticGuestTest {

    private static final long SIZE = 4 << 20;

    @Test
    void shouldStartWithTheSameRamFromTheSameSeed() {
        try (SyntheticGuest one = new SyntheticGuest(SIZE, 7);
                SyntheticGuest same = new SyntheticGuest(SIZE, 7);
                SyntheticGuest other = new SyntheticGuest(SIZE, 8)) {
            byte[] first = content(one.ram(), SyntheticGuest.MAIN_BLOCK);
            assertArrayEquals(first, content(same.ram(), SyntheticGuest.MAIN_BLOCK));
            assertFalse(Arrays.equals(first, content(other.ram(), SyntheticGuest.MAIN_BLOCK)));
            assertEquals(SIZE, one.ram().length());
        }
    }

    @Test
    void shouldMarkEveryPageItWritesAndNoneOnceItIsPaused() {
        try (SyntheticGuest guest = new SyntheticGuest(SIZE, 1)) {
            GuestRam ram = guest.ram();
            byte[] before = content(ram, SyntheticGuest.MAIN_BLOCK);
            DirtyLog log = guest.start();
            BitSet marked = new BitSet();
            while (marked.cardinality() < 20) {
                log.getAndClear(SyntheticGuest.MAIN_BLOCK, marked);
                Thread.onSpinWait();
            }
            guest.pause();
            log.getAndClear(SyntheticGuest.MAIN_BLOCK, marked);
            byte[] after = content(ram, SyntheticGuest.MAIN_BLOCK);
            assertEquals(new BitSet(), andNot(changed(before, after), marked), "changed but not marked");
            assertFalse(changed(before, after).isEmpty());
            guest.reset();
            assertArrayEquals(before, content(ram, SyntheticGuest.MAIN_BLOCK));
        }
    }

    @Test
    void shouldHaveTheMixItDocuments() {
        SyntheticPages pages = new SyntheticPages(1);
        int[] count = new int[SyntheticPages.Kind.values().length];
        for (long page = 0; page < 1 << 17; page++) {
            count[pages.kind(page).ordinal()]++;
        }
        int[] percent = {30, 20, 20, 20, 10};
        for (int i = 0; i < percent.length; i++) {
            assertEquals(percent[i], 100.0 * count[i] / (1 << 17), 3, SyntheticPages.Kind.values()[i].name());
        }
    }

    @Test
    void shouldMakeOnlyZeroPagesZero() {
        SyntheticPages pages = new SyntheticPages(3);
        byte[] page = new byte[4096];
        byte[] zeros = new byte[4096];
        for (long number = 0; number < 2048; number++) {
            pages.fill(number, number & 1, page);
            assertEquals(pages.kind(number) == SyntheticPages.Kind.ZERO, Arrays.equals(page, zeros), "page " + number);
        }
        assertTrue(pages.kind(0) == pages.kind(31), "an extent is of one kind");
    }

    private static byte[] content(GuestRam ram, String block) {
        byte[] bytes = new byte[(int) ram.length(block)];
        ram.read(block, 0, ByteBuffer.wrap(bytes));
        return bytes;
    }

    private static BitSet changed(byte[] before, byte[] after) {
        BitSet changed = new BitSet();
        for (int at = 0; at < before.length; at += SyntheticGuest.PAGE_SIZE) {
            if (!Arrays.equals(before, at, at + SyntheticGuest.PAGE_SIZE, after, at, at + SyntheticGuest.PAGE_SIZE)) {
                changed.set(at / SyntheticGuest.PAGE_SIZE);
            }
        }
        return changed;
    }

    private static BitSet andNot(BitSet set, BitSet without) {
        BitSet rest = (BitSet) set.clone();
        rest.andNot(without);
        return rest;
    }
}
