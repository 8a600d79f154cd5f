package org.multifd.core.internal.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;

/** Channels share the stretches of RAM, pass after pass. */
class FileChannelsTest {

    private static final int PAGE = 65536; // 8 pages in a stretch

    private final RamBlocks blocks = new RamBlocks(List.of(RamBlock.withoutMemory("a", PAGE, 17L * PAGE),
            RamBlock.withoutMemory("b", PAGE, PAGE), RamBlock.withoutMemory("c", PAGE, 800L * PAGE)));
    private final Failure failure = new Failure();

    @FunctionalInterface
    private interface Stretch {
        void take(int block, long offset, int pages) throws IOException;
    }

    private FileChannels channels(int count, Stretch stretch) {
        List<StretchWorker> workers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            workers.add(new StretchWorker() {

                private final ChannelStats stats = new ChannelStats();

                @Override
                public void stretch(int block, long offset, int pages) throws IOException {
                    stretch.take(block, offset, pages);
                    stats.packet(pages, 0, 0, 0);
                }

                @Override
                public ChannelStats stats() {
                    return stats;
                }
            });
        }
        FileChannels channels = new FileChannels("test-channel-", blocks, true, workers, failure);
        channels.start();
        return channels;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldHandleEveryPageOnceInEachPass(int count) throws Exception {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        try (FileChannels channels = channels(count, (block, offset, pages) -> {
            for (int i = 0; i < pages; i++) {
                String page = blocks.get(block).name() + (offset / PAGE + i);
                assertTrue(seen.add(page), page + " twice");
            }
        })) {
            for (int pass = 1; pass <= 200; pass++) {
                channels.pass();
                assertEquals(818, seen.size());
                assertTrue(seen.contains("a16") && seen.contains("b0") && seen.contains("c799"), seen.toString());
                seen.clear();
            }
            long pages = 0;
            for (int i = 0; i < channels.count(); i++) {
                pages += channels.stats(i).normalPages();
            }
            assertEquals(200 * 818, pages);
        }
    }

    @Test
    void shouldEndThePassWithTheFirstError() {
        IOException error = new IOException("no space");
        try (FileChannels channels = channels(3, (block, offset, pages) -> {
            if (block == 2 && offset == 400L * PAGE) {
                throw error;
            }
        })) {
            assertSame(error, assertThrows(Failure.Aborted.class, channels::pass).getCause());
            assertThrows(Failure.Aborted.class, channels::pass, "and there is no other one");
        }
        assertSame(error, failure.first());
    }

    /** A channel may be stuck on a slow disk: the guest need not wait for that. */
    @Test
    void shouldNotWaitForAStuckChannelWhenItFails() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        FileChannels channels = channels(2, (block, offset, pages) -> {
            stuck.countDown();
            await(free);
        });
        IOException cancelled = new IOException("cancelled");
        Thread canceller = new Thread(() -> {
            await(stuck);
            failure.fail(cancelled);
        });
        canceller.start();
        assertSame(cancelled, assertThrows(Failure.Aborted.class, channels::pass).getCause());
        free.countDown();
        channels.close();
        canceller.join();
    }

    @Test
    void shouldGiveWayToAnInterruptOfTheMainThread() {
        CountDownLatch free = new CountDownLatch(1);
        Thread main = Thread.currentThread();
        FileChannels channels = channels(2, (block, offset, pages) -> {
            main.interrupt();
            await(free);
        });
        assertThrows(InterruptedIOException.class, channels::pass);
        assertTrue(Thread.interrupted(), "the interrupt is kept");
        failure.fail(new IOException("interrupted"));
        free.countDown();
        channels.close();
    }

    private static void await(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
