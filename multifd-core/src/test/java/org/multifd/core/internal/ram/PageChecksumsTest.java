package org.multifd.core.internal.ram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

class PageChecksumsTest {

    private static final int PAGE = 4096;
    private static final int PAGES = 40;

    private final RamBlock first = block("first", 1);
    private final RamBlock second = block("second", 2);
    private final RamBlocks blocks = new RamBlocks(List.of(first, second));

    private static RamBlock block(String name, int seed) {
        ByteBuffer content = ByteBuffer.allocateDirect(PAGES * PAGE);
        byte[] random = new byte[content.capacity()];
        new Random(seed).nextBytes(random);
        return new RamBlock(name, PAGE, false, content.put(random).flip());
    }

    private void note(PageChecksums checksums, RamBlock block, int... pages) {
        long[] offsets = new long[pages.length];
        for (int i = 0; i < pages.length; i++) {
            offsets[i] = (long) pages[i] * PAGE;
        }
        RamRuns runs = new RamRuns(PAGE, 128, true);
        runs.set(block, offsets, pages.length);
        checksums.notes().normal(block, offsets, pages.length, runs);
    }

    private long total(RamBlock block, int... pages) {
        PageChecksums checksums = new PageChecksums(blocks);
        note(checksums, block, pages);
        return checksums.total();
    }

    @Test
    void shouldNotDependOnTheOrder() {
        PageChecksums oneWay = new PageChecksums(blocks);
        note(oneWay, first, 3, 4, 5, 9);
        note(oneWay, second, 0, 39);
        PageChecksums another = new PageChecksums(blocks);
        note(another, second, 39);
        note(another, first, 9, 4, 3);
        note(another, second, 0);
        note(another, first, 5);
        assertEquals(oneWay.total(), another.total());
    }

    @Test
    void shouldSeeEveryBitOfAPage() {
        for (int bit : new int[] {0, 1, 7, 8 * 2048 + 3, 8 * PAGE - 1}) {
            long before = total(first, 7);
            ByteBuffer at = first.view(0);
            int index = 7 * PAGE + bit / 8;
            at.put(index, (byte) (at.get(index) ^ 1 << bit % 8));
            assertNotEquals(before, total(first, 7), "bit " + bit);
        }
    }

    @Test
    void shouldSeeWhereAPageIs() {
        ByteBuffer at = first.view(0);
        second.view(0).put(0, at, 0, PAGE);
        at.put(PAGE, at, 0, PAGE);
        long zero = total(first);
        assertNotEquals(zero, total(first, 0));
        assertNotEquals(total(first, 0), total(first, 1), "equal pages at two places of a block");
        assertNotEquals(total(first, 0), total(second, 0), "equal pages in two blocks");
        assertNotEquals(zero, total(first, 0, 1), "equal pages do not take each other away");
    }

    @Test
    void shouldCountThePageThatCameLast() {
        PageChecksums checksums = new PageChecksums(blocks);
        note(checksums, first, 1, 2, 3);
        first.put(2L * PAGE, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));
        note(checksums, first, 2);
        assertEquals(total(first, 1, 2, 3), checksums.total());
        checksums.notes().zero(first, new long[] {0, PAGE, 3L * PAGE}, 1, 2);
        assertEquals(total(first, 2), checksums.total(), "a page that became zero is as one that never came");
    }

    @Test
    void shouldCoverABlockOfMoreThanOneChunk() {
        RamBlocks large = new RamBlocks(List.of(RamBlock.withoutMemory("large", PAGE, (3L << 20) * PAGE + PAGE),
                first));
        PageChecksums checksums = new PageChecksums(large);
        RamRuns runs = new RamRuns(PAGE, 128, true);
        runs.set(first, new long[] {0}, 1);
        long last = (3L << 20) * PAGE;
        checksums.notes().normal(0, new long[] {last}, 1, runs);
        long total = checksums.total();
        assertNotEquals(0, total);
        checksums.notes().zero(0, new long[] {last - PAGE, 0}, 0, 2);
        assertEquals(total, checksums.total());
        checksums.notes().zero(0, new long[] {last}, 0, 1);
        assertEquals(0, checksums.total());
    }

    /** A peer may claim what it likes; only pages that came cost anything. */
    @Test
    void shouldTakeMemoryForPagesThatCameOnly() {
        RamBlocks claimed = new RamBlocks(List.of(RamBlock.withoutMemory("claimed", PAGE, 1L << 42), first));
        BufferPoolMXBean direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct")).findFirst().orElseThrow();
        RamRuns runs = new RamRuns(PAGE, 128, true);
        runs.set(first, new long[] {0}, 1);
        long before = direct.getMemoryUsed();
        PageChecksums checksums = new PageChecksums(claimed);
        checksums.notes().zero(0, new long[] {0, 1L << 41, (1L << 42) - PAGE}, 0, 3);
        assertEquals(0, checksums.total());
        checksums.notes().normal(0, new long[] {1L << 41}, 1, runs);
        long taken = direct.getMemoryUsed() - before;
        assertTrue(taken < 1 << 20, taken + " bytes for one page");
        assertNotEquals(0, checksums.total());
    }

    /** Threads whose pages lie side by side make room for them at the same moment. */
    @Test
    void shouldLoseNothingWhenThreadsMeetInAChunk() throws Exception {
        RamBlocks large = new RamBlocks(List.of(RamBlock.withoutMemory("large", PAGE, 1L << 32), first));
        PageChecksums expected = new PageChecksums(large);
        PageChecksums checksums = new PageChecksums(large);
        noteEvery(expected, 0, 1);
        int threads = 4;
        CyclicBarrier start = new CyclicBarrier(threads);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int from = i;
            all.add(CompletableFuture.runAsync(() -> {
                try {
                    start.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                noteEvery(checksums, from, threads);
            }, work -> new Thread(work).start()));
        }
        for (CompletableFuture<Void> each : all) {
            each.get();
        }
        assertEquals(expected.total(), checksums.total());
    }

    private void noteEvery(PageChecksums checksums, int from, int step) {
        RamRuns runs = new RamRuns(PAGE, 128, true);
        runs.set(first, new long[] {0}, 1);
        PageChecksums.Notes notes = checksums.notes();
        for (long page = from; page < 1 << 17; page += step) {
            notes.normal(0, new long[] {page * PAGE}, 1, runs);
        }
    }
}
