package org.multifd.bench.packet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.multifd.api.MultiFDException;
import org.multifd.bench.data.GuestImage;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.ZeroPages;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The zero page test beside a plain loop over longs and beside what memory allows. One operation is a pass of all over
 * one block, in turns.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class ZeroScan {

    private static final int STRETCH = 1 << 20;
    private static final int STRETCHES_PER_TURN = 8;

    /** {@code zero}: all pages are; {@code data}: every page's first byte already tells that it is not. */
    @Param({"zero", "data"})
    public String content;

    /** The block's size, more than the processor's caches. */
    @Param("128")
    public int mebibytes;

    private Turns turns;
    private Scan[] scans;
    private long bytes;

    /** Sums over an iteration. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Counters {
        public long scanNanos;
        public long loopNanos;
        public long limitNanos;
        public long copyNanos;
        public long scanAllocated;
        public long scannedBytes;
    }

    @Setup(Level.Trial)
    public void setUp() {
        bytes = (long) mebibytes << 20;
        ByteBuffer memory = ByteBuffer.allocateDirect(Math.toIntExact(bytes));
        boolean zero = content.equals("zero");
        for (int at = 0; !zero && at < memory.capacity(); at += GuestImage.PAGE_SIZE) {
            memory.put(at, (byte) 1);
        }
        RamBlock block = new RamBlock("pc.ram", GuestImage.PAGE_SIZE, false, memory);
        int stretches = (int) (bytes / STRETCH);
        scans = new Scan[] {new ZeroPagesScan(block), new LoopScan(memory),
            zero ? new LineScan(memory) : new TouchScan(memory)};
        turns = new Turns(stretches, STRETCHES_PER_TURN, apart(scans[0], 0, stretches), apart(scans[1], 1, stretches),
                apart(scans[2], 2, stretches), apart(new Copy(memory), 3, stretches));
    }

    /** Keeps a rival a quarter of memory away from the one before it: what that one has read is in the cache. */
    private static Rival apart(Rival rival, int quarter, int stretches) {
        return index -> rival.piece((index + quarter * stretches / 4) % stretches);
    }

    @Benchmark
    public void pass(Counters counters) throws MultiFDException, IOException {
        turns.pass();
        counters.scanNanos += turns.nanos(0);
        counters.loopNanos += turns.nanos(1);
        counters.limitNanos += turns.nanos(2);
        counters.copyNanos += turns.nanos(3);
        counters.scanAllocated += turns.allocated(0);
        counters.scannedBytes += bytes;
    }

    /** All scans must have come to the same, right answer for every page they saw. */
    @TearDown(Level.Trial)
    public void tearDown() {
        for (Scan each : scans) {
            long expected = content.equals("zero") ? each.pages : 0;
            if (each.zeroPages != expected) {
                throw new IllegalStateException(each.getClass().getSimpleName() + ": received " + each.zeroPages
                        + " zero pages of " + each.pages + ", expected " + expected);
            }
        }
    }

    /** Tells how many of a stretch's pages are zero, in one way or another. */
    private abstract static class Scan implements Rival {

        private long pages;
        private long zeroPages;

        @Override
        public final void piece(int index) {
            zeroPages += zeroPages(index * STRETCH);
            pages += STRETCH / GuestImage.PAGE_SIZE;
        }

        abstract int zeroPages(int start);
    }

    /** Ours. */
    private static final class ZeroPagesScan extends Scan {

        private final RamBlock block;
        private final ZeroPages zeroPages = new ZeroPages(GuestImage.PAGE_SIZE);

        ZeroPagesScan(RamBlock block) {
            this.block = block;
        }

        @Override
        int zeroPages(int start) {
            int zeros = 0;
            for (int at = start; at < start + STRETCH; at += GuestImage.PAGE_SIZE) {
                if (zeroPages.isZero(block, at)) {
                    zeros++;
                }
            }
            return zeros;
        }
    }

    /** What one would write first: eight bytes at a time until one differs. */
    private static final class LoopScan extends Scan {

        private final ByteBuffer memory;

        LoopScan(ByteBuffer memory) {
            this.memory = memory;
        }

        @Override
        int zeroPages(int start) {
            int zeros = 0;
            for (int at = start; at < start + STRETCH; at += GuestImage.PAGE_SIZE) {
                int i = at;
                while (i < at + GuestImage.PAGE_SIZE && memory.getLong(i) == 0) {
                    i += Long.BYTES;
                }
                if (i == at + GuestImage.PAGE_SIZE) {
                    zeros++;
                }
            }
            return zeros;
        }
    }

    /** The limit for zeros: one load for each cache line, so that memory is all that is waited for. */
    private static final class LineScan extends Scan {

        private static final int LINE = 64;

        private final ByteBuffer memory;

        LineScan(ByteBuffer memory) {
            this.memory = memory;
        }

        @Override
        int zeroPages(int start) {
            int zeros = 0;
            for (int at = start; at < start + STRETCH; at += GuestImage.PAGE_SIZE) {
                long any = 0;
                for (int line = at; line < at + GuestImage.PAGE_SIZE; line += LINE) {
                    any |= memory.getLong(line);
                }
                if (any == 0) {
                    zeros++;
                }
            }
            return zeros;
        }
    }

    /** The limit for data: nothing but each page's first bytes. */
    private static final class TouchScan extends Scan {

        private final ByteBuffer memory;

        TouchScan(ByteBuffer memory) {
            this.memory = memory;
        }

        @Override
        int zeroPages(int start) {
            int zeros = 0;
            for (int at = start; at < start + STRETCH; at += GuestImage.PAGE_SIZE) {
                if (memory.getLong(at) == 0) {
                    zeros++;
                }
            }
            return zeros;
        }
    }

    /** The other measure of memory: reading and writing it. */
    private static final class Copy implements Rival {

        private final ByteBuffer memory;
        private final ByteBuffer to;

        Copy(ByteBuffer memory) {
            this.memory = memory;
            this.to = ByteBuffer.allocateDirect(memory.capacity());
        }

        @Override
        public void piece(int index) {
            to.put(index * STRETCH, memory, index * STRETCH, STRETCH);
        }
    }
}
