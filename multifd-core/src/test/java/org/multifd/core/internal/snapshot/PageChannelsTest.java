package org.multifd.core.internal.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.RateLimiter;
import org.multifd.core.internal.channel.StretchWorker;
import org.multifd.core.internal.ram.MemorySource;
import org.multifd.core.internal.ram.MemoryTarget;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.ram.ReceivedPages;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.RamSections;

/**
 * What a channel does with its stretches, on one thread: between memory and a file, nothing else is touched or made.
 */
class PageChannelsTest {

    private static final int PAGE = 4096;
    private static final int STRETCH = 128;
    private static final int STRETCHES = 40;
    private static final int ROUNDS = 20;

    @TempDir
    Path directory;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static RamBlocks memory() {
        // Segments of one and a half stretches: a run ends where its segment does.
        ByteBuffer[] segments = new ByteBuffer[STRETCHES * 2 / 3 + 1];
        for (int i = 0; i < segments.length; i++) {
            int pages = i < segments.length - 1 ? STRETCH * 3 / 2
                    : STRETCHES * STRETCH - (segments.length - 1) * STRETCH * 3 / 2;
            segments[i] = ByteBuffer.allocateDirect(pages * PAGE);
        }
        return new RamBlocks(List.of(new RamBlock("ram", PAGE, true, segments)));
    }

    /** Runs of all lengths, every fourth page zero. */
    private static void fill(RamBlock ram) {
        for (int page = 0; page < ram.pages(); page++) {
            if (page % 4 != 3) {
                ram.put((long) page * PAGE, ByteBuffer.allocate(8).putLong(page + 1L).flip());
            }
        }
    }

    private long allocatedBy(StretchWorker worker) throws IOException {
        long start = 0;
        for (int round = 0; round < ROUNDS; round++) {
            if (round == ROUNDS / 2) {
                start = threads.getCurrentThreadAllocatedBytes();
            }
            for (int i = 0; i < STRETCHES; i++) {
                worker.stretch(0, (long) i * STRETCH * PAGE, STRETCH);
            }
        }
        return threads.getCurrentThreadAllocatedBytes() - start;
    }

    private static void assertNone(long bytes, String what) {
        // The smallest object has 16 bytes.
        assertTrue(bytes < 16L * ROUNDS / 2 * STRETCHES,
                bytes + " bytes for " + ROUNDS / 2 * STRETCHES + " stretches " + what);
    }

    @Test
    void shouldAllocateNothingPerStretchAndTakePagesAcrossSegments() throws Exception {
        assumeTrue(threads.isThreadAllocatedMemorySupported(), "this JVM does not count allocation");
        RamBlocks from = memory();
        fill(from.get(0));
        BitSet pending = new BitSet();
        pending.set(0, STRETCHES * STRETCH);
        pending.clear(77);
        Path file = directory.resolve("file");
        SnapshotWriter writer = SnapshotWriter.create(file, 0, IfExists.KEEP);
        writer.begin(Configuration.of("m", PAGE, null), from);
        StretchWorker saver = writer.saver(new MemorySource(PAGE, STRETCH), block -> pending, true,
                new RateLimiter(0, new Failure()));
        assertNone(allocatedBy(saver), "written");
        int normal = STRETCHES * STRETCH * 3 / 4 - 1;
        assertEquals((long) ROUNDS * normal, saver.stats().normalPages());
        assertEquals((long) ROUNDS * STRETCHES * STRETCH / 4, saver.stats().zeroPages());
        assertEquals((long) ROUNDS * normal * PAGE, saver.stats().payloadBytes());
        writer.complete(new RamSections(2, 0, false), SnapshotFile.TAIL);
        writer.keep();

        RamBlocks to = memory();
        try (Snapshot snapshot = Snapshot.open(file)) {
            StretchWorker loader = snapshot.loader(null, new MemoryTarget(to, new ReceivedPages(to), STRETCH));
            assertNone(allocatedBy(loader), "read");
        }
        ByteBuffer word = ByteBuffer.allocate(PAGE);
        for (int page = 0; page < STRETCHES * STRETCH; page++) {
            to.get(0).get((long) page * PAGE, word.clear());
            assertEquals(page % 4 == 3 || page == 77 ? 0 : page + 1L, word.getLong(0), "page " + page);
        }
    }
}
