package org.multifd.cli.demo;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.multifd.core.DirtyBitmap;
import org.multifd.core.DirtyLog;
import org.multifd.core.Guest;
import org.multifd.core.GuestRam;
import org.multifd.tck.internal.data.SyntheticPages;

/**
 * A guest without a machine: RAM of {@link SyntheticPages} in two blocks and a thread that keeps writing it and marks
 * what it wrote, as a running system does. Most writes hit a small working set. Pages turn to zeros and back.
 *
 * <p>What RAM starts with depends on seed and size alone; what is written while it is moved depends on time as well.
 */
public final class SyntheticGuest implements Guest, AutoCloseable {

    public static final int PAGE_SIZE = 4096;
    public static final String MAIN_BLOCK = "pc.ram";
    static final String SMALL_BLOCK = "vga.vram";

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long MOST_BYTES_PER_SECOND = 32L << 20;

    private final GuestRam ram;
    private final SyntheticPages content;
    private final Random random;
    private final BitSet touched = new BitSet();
    private final byte[] page = new byte[PAGE_SIZE];
    private final ByteBuffer pageBuffer = ByteBuffer.wrap(page);
    private final long mainPages;
    private final long pages;
    private final double pagesPerSecond;
    private final Thread thread = new Thread(this::live, "guest");

    // all below are guarded by this
    private DirtyBitmap log;
    private boolean paused = true;
    private boolean closed;
    private int throttlePercent;
    private double owed;
    private long writes;

    /**
     * A guest that is not running yet.
     *
     * @param size bytes of RAM, a multiple of the page size, at least 32 pages
     */
    public SyntheticGuest(long size, long seed) {
        pages = size / PAGE_SIZE;
        mainPages = pages - pages / 16;
        ram = GuestRam.builder(PAGE_SIZE).block(MAIN_BLOCK, mainPages * PAGE_SIZE)
                .block(SMALL_BLOCK, (pages - mainPages) * PAGE_SIZE).build();
        content = new SyntheticPages(seed);
        random = new Random(seed);
        pagesPerSecond = Math.min(size / 8, MOST_BYTES_PER_SECOND) / (double) PAGE_SIZE;
        for (long i = 0; i < pages; i++) {
            refill(i, 0);
        }
        thread.setDaemon(true);
        thread.start();
    }

    public GuestRam ram() {
        return ram;
    }

    /** Puts RAM back to what it was at first, with the guest paused. */
    public synchronized void reset() {
        for (int i = touched.nextSetBit(0); i >= 0; i = touched.nextSetBit(i + 1)) {
            refill(i, 0);
        }
        touched.clear();
        writes = 0;
    }

    /** Lets the guest run from its first content on, with an empty log. */
    public synchronized DirtyLog start() {
        log = new DirtyBitmap(ram);
        throttlePercent = 0;
        resume();
        return log;
    }

    @Override
    public synchronized void pause() {
        // the guest's thread writes under this lock: it is between two writes now, and both are marked
        paused = true;
    }

    @Override
    public synchronized void resume() {
        paused = false;
        owed = 0;
        notifyAll();
    }

    @Override
    public synchronized void throttle(int percent) {
        throttlePercent = percent;
    }

    @Override
    public synchronized byte[] deviceState() {
        return ByteBuffer.allocate(16).order(ByteOrder.BIG_ENDIAN).putLong(pages).putLong(writes).array();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
    }

    private void live() {
        long last = System.nanoTime();
        while (tick(System.nanoTime() - last)) {
            last = System.nanoTime();
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    private synchronized boolean tick(long elapsedNanos) {
        while (paused && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                return false;
            }
        }
        owed += elapsedNanos * 1e-9 * pagesPerSecond * (100 - throttlePercent) / 100;
        // what a stalled machine could not write in time it does not catch up with
        owed = Math.min(owed, pagesPerSecond / 10 + 1);
        for (; owed >= 1 && !closed; owed--) {
            write();
        }
        return !closed;
    }

    private void write() {
        long target = random.nextInt(10) == 0 ? random.nextLong(pages) : workingSet();
        touched.set((int) target);
        writes++;
        int what = random.nextInt(10);
        if (what == 0) {
            Arrays.fill(page, (byte) 0);
            put(target, 0, PAGE_SIZE);
        } else if (what < 4) {
            content.fill(target, writes, page);
            put(target, 0, PAGE_SIZE);
        } else {
            int length = 64 << random.nextInt(3);
            for (int i = 0; i < length; i += 8) {
                ByteBuffer.wrap(page).putLong(i, random.nextLong(1L << 40));
            }
            put(target, random.nextInt(PAGE_SIZE / length) * length, length);
        }
    }

    /** One page in 32, spread over all of RAM in runs of eight. */
    private long workingSet() {
        long run = random.nextLong(pages / 256 + 1) * 256;
        return Math.min(run + random.nextInt(8), pages - 1);
    }

    private void refill(long target, long version) {
        content.fill(target, version, page);
        ram.write(block(target), offset(target), pageBuffer.clear());
    }

    private void put(long target, int offset, int length) {
        long start = offset(target) + offset;
        ram.write(block(target), start, pageBuffer.clear().limit(length));
        log.mark(block(target), start, length);
    }

    private String block(long target) {
        return target < mainPages ? MAIN_BLOCK : SMALL_BLOCK;
    }

    private long offset(long target) {
        return (target < mainPages ? target : target - mainPages) * PAGE_SIZE;
    }
}
