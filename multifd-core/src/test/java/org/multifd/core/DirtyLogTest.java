package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.multifd.core.MigrationException.Kind;

/** The dirty log's contract, kept by both sides of it. */
class DirtyLogTest {

    private static final String BLOCK = "block0";
    /** A page that the test guest's thread does not write: only what was taken can bring its mark back. */
    private static final long COLD = 1000;

    /** A guest that keeps so many pages dirty, in every round. */
    static final class AlwaysDirty implements DirtyLog {

        volatile int pages;

        AlwaysDirty(int pages) {
            this.pages = pages;
        }

        @Override
        public void getAndClear(String block, BitSet dirty) {
            dirty.set(0, pages);
        }

        @Override
        public void putBack(String block, BitSet taken) {
            assertEquals(pages, taken.cardinality());
        }
    }

    @Test
    void shouldTakeMarksBeforeAnyPageOfTheRoundIsRead() throws Exception {
        try (Pair pair = new Pair()) {
            AtomicInteger takes = new AtomicInteger();
            pair.log = new DirtyLog() {
                @Override
                public void getAndClear(String block, BitSet dirty) {
                    pair.guest.log.getAndClear(block, dirty);
                    // What the guest writes right behind the take is in this round's reading or in the next round's
                    // marks.
                    int take = takes.incrementAndGet();
                    if (take <= 20) {
                        ByteBuffer word = ByteBuffer.allocate(8).putLong(take).flip();
                        pair.guest.ram.write(block, take * 4096L, word);
                        pair.guest.log.mark(block, take * 4096L, 8);
                    }
                }

                @Override
                public void putBack(String block, BitSet pages) {
                    pair.guest.log.putBack(block, pages);
                }
            };
            pair.source.set("downtime-limit", 0);
            pair.run();
            assertNull(pair.sourceError);
            assertTrue(takes.get() > 20, "takes: " + takes);
            MigrationTest.assertSame(pair.guest.ram, pair.incoming.ram());
        }
    }

    @Test
    void shouldPutTheTakenMarksBackAfterAFailure() throws Exception {
        try (Pair pair = new Pair()) {
            pair.guest.log.mark(BLOCK, 5 * 4096, 1);
            pair.guest.log.mark(BLOCK, 63 * 4096, 4097);
            pair.supplier = RamSupplier.allocating(4096);
            pair.run();
            assertTrue(pair.sourceError != null);
            BitSet marks = new BitSet();
            pair.guest.log.getAndClear(BLOCK, marks);
            assertEquals("{5, 63, 64}", marks.toString());
        }
    }

    @Test
    void shouldResumeTheGuestAndPutMarksBackWhenTheLastRoundFails() throws Exception {
        TestGuest guest = new TestGuest(TestGuest.ram(4096, 2 << 20), 3, new byte[0]) {
            @Override
            public byte[] deviceState() {
                throw new IllegalStateException("no state today");
            }
        };
        try (Pair pair = new Pair(guest)) {
            guest.log.mark(BLOCK, 0, 1);
            pair.run();
            assertEquals(Kind.INTERNAL, pair.sourceError.kind());
            assertEquals("device state could not be taken: IllegalStateException: no state today",
                    pair.sourceError.getMessage());
            assertTrue(guest.resumed());
            assertEquals(1, guest.log.dirtyPages(BLOCK));
        }
    }

    @Test
    void shouldResumeTheGuestEvenWhenTheLogHasABug() throws Exception {
        TestGuest guest = new TestGuest(TestGuest.ram(4096, 2 << 20), 3, new byte[0]) {
            @Override
            public byte[] deviceState() {
                throw new IllegalStateException("no state today");
            }
        };
        try (Pair pair = new Pair(guest)) {
            guest.log.mark(BLOCK, 0, 1);
            pair.log = new DirtyLog() {
                @Override
                public void getAndClear(String block, BitSet dirty) {
                    guest.log.getAndClear(block, dirty);
                }

                @Override
                public void putBack(String block, BitSet pages) {
                    throw new AssertionError("a bug");
                }
            };
            pair.run();
            assertEquals("device state could not be taken: IllegalStateException: no state today",
                    pair.sourceError.getMessage());
            assertTrue(guest.resumed());
        }
    }

    @Test
    void shouldMoveTheGuestAgainAfterACancelledMigration() throws Exception {
        try (Pair first = new Pair(new TestGuest(TestGuest.ram(4096, 8 << 20), 3, new byte[0]).start())) {
            first.guest.log.mark(BLOCK, COLD * 4096, 8);
            first.source.set("max-bandwidth", 2_000_000);
            first.run(address -> CompletableFuture.runAsync(() -> {
                while (first.outgoing.stats().normalPages() == 0) {
                    Thread.onSpinWait();
                }
                first.outgoing.cancel();
            }));
            assertEquals(Kind.INTERRUPTED, first.sourceError.kind());
            BitSet marks = new BitSet();
            first.guest.log.getAndClear(BLOCK, marks);
            assertTrue(marks.get((int) COLD), "marks: " + marks);
            first.guest.log.putBack(BLOCK, marks);
            try (Pair second = new Pair(first.guest)) {
                second.run();
                assertNull(second.sourceError);
                MigrationTest.assertSame(first.guest.ram, second.incoming.ram());
            }
        }
    }

    @Test
    void shouldNameDirtyRateAndBandwidthOfAGuestThatDoesNotConverge() throws Exception {
        try (Pair pair = new Pair()) {
            pair.log = new AlwaysDirty(100);
            pair.source.set("downtime-limit", 0).set("max-rounds", 4);
            pair.run();
            assertEquals(Kind.PEER, pair.sourceError.kind());
            assertTrue(pair.sourceError.getMessage()
                    .matches("guest does not converge: max-rounds 4 reached with 100 pages"
                    + " \\(0.4 MB\\) left, dirty rate [0-9.]+ MB/s, bandwidth [0-9.]+ MB/s, downtime-limit 0 ms; raise"
                    + " downtime-limit, max-rounds or deadline, use more bandwidth, or slow the guest"),
                    pair.sourceError.getMessage());
            assertEquals(4, pair.outgoing.stats().rounds());
        }
    }

    @Test
    void shouldGiveUpAtTheDeadline() throws Exception {
        try (Pair pair = new Pair()) {
            pair.log = new AlwaysDirty(100);
            pair.source.set("downtime-limit", 0).set("deadline", 100).set("max-rounds", Integer.MAX_VALUE);
            pair.run();
            assertTrue(pair.sourceError.getMessage()
                    .startsWith("guest does not converge: deadline 100 ms reached with "),
                    pair.sourceError.getMessage());
        }
    }

    @Test
    void shouldAskForASlowerGuestWithRisingFigures() throws Exception {
        AlwaysDirty always = new AlwaysDirty(400);
        List<Integer> asked = new ArrayList<>();
        TestGuest guest = new TestGuest(TestGuest.ram(4096, 2 << 20), 3, new byte[0]) {
            @Override
            public void throttle(int percent) {
                asked.add(percent);
                if (percent == 40) {
                    always.pages = 0;
                }
            }
        };
        try (Pair pair = new Pair(guest)) {
            pair.log = always;
            pair.source.set("downtime-limit", 0);
            pair.run();
            assertNull(pair.sourceError);
            assertEquals(List.of(20, 30, 40, 0), asked, "rising, and ended with the migration");
        }
    }

    @Test
    void shouldRefuseAMarkBeyondTheBlock() throws Exception {
        try (Pair pair = new Pair()) {
            pair.log = new DirtyLog() {
                @Override
                public void getAndClear(String block, BitSet dirty) {
                    dirty.set(512);
                }

                @Override
                public void putBack(String block, BitSet pages) {
                }
            };
            pair.run();
            assertEquals("dirty log of RAM block block0: received page 512, expected at most 511",
                    pair.sourceError.getMessage());
        }
    }

    @Test
    void shouldLoseNoMarkBetweenGuestThreadsAndTheTaker() throws Exception {
        GuestRam ram = TestGuest.ram(4096, 4096 * 256);
        DirtyBitmap log = new DirtyBitmap(ram);
        int perThread = 20_000;
        Thread[] writers = new Thread[3];
        for (int t = 0; t < writers.length; t++) {
            int thread = t;
            writers[t] = new Thread(() -> {
                ByteBuffer word = ByteBuffer.allocate(8);
                for (int i = 1; i <= perThread; i++) {
                    long offset = (i * 7L % 256) * 4096 + thread * 8;
                    ram.write(BLOCK, offset, word.clear().putLong(i).flip());
                    log.mark(BLOCK, offset, 8);
                }
            });
            writers[t].start();
        }
        // The copy gets only pages that are marked, read after the take: at the end it must have everything.
        GuestRam copy = TestGuest.ram(4096, 4096 * 256);
        ByteBuffer page = ByteBuffer.allocate(4096);
        BitSet dirty = new BitSet();
        boolean running = true;
        while (running) {
            running = false;
            for (Thread writer : writers) {
                running |= writer.isAlive();
            }
            dirty.clear();
            log.getAndClear(BLOCK, dirty);
            for (int i = dirty.nextSetBit(0); i >= 0; i = dirty.nextSetBit(i + 1)) {
                ram.read(BLOCK, i * 4096L, page.clear());
                copy.write(BLOCK, i * 4096L, page.flip());
            }
        }
        MigrationTest.assertSame(ram, copy);
    }

    @Test
    void shouldCheckTheMarkedRange() {
        DirtyBitmap log = new DirtyBitmap(TestGuest.ram(4096, 8192));
        assertThrows(IndexOutOfBoundsException.class, () -> log.mark(BLOCK, 8192, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> log.mark(BLOCK, -1, 1));
        assertEquals("RAM block: received other, expected one of [block0]",
                assertThrows(IllegalArgumentException.class, () -> log.mark("other", 0, 1)).getMessage());
    }
}
