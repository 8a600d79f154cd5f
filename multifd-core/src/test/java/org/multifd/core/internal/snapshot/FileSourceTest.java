package org.multifd.core.internal.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.wire.PacketHeader;

class FileSourceTest {

    private static final int PAGE = 4096;

    @TempDir
    Path temp;

    /** Present pages with content, present pages that are zero, and absent ones whose place has stale bytes. */
    private static byte[] fill(SplittableRandom random, int pageSize, int pages, Map<Long, byte[]> present,
            Map<Long, byte[]> stale) {
        byte[] truth = new byte[pages * pageSize];
        boolean there = false;
        for (int i = 0; i < pages; i++) {
            there = random.nextInt(3) == 0 ? !there : there; // in stretches
            byte[] page = new byte[pageSize];
            if (random.nextInt(5) > 0) {
                page[random.nextInt(pageSize)] = (byte) (1 + random.nextInt(255));
            }
            (there ? present : stale).put((long) i, page);
            if (there) {
                System.arraycopy(page, 0, truth, i * pageSize, pageSize);
            }
        }
        return truth;
    }

    private static void writeStale(Path path, long pages, int pageSize, Map<Long, byte[]> stale) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            for (Map.Entry<Long, byte[]> each : stale.entrySet()) {
                file.write(ByteBuffer.wrap(each.getValue()), pages + each.getKey() * pageSize);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 16384, 65536})
    void shouldGiveThePagesAsTheyAre(int pageSize) throws IOException {
        SplittableRandom random = new SplittableRandom(pageSize);
        SnapshotFile written = new SnapshotFile();
        written.pageSize = pageSize;
        written.alignment = pageSize;
        int pageCount = PacketHeader.pageCount(pageSize);
        int[] pages = {5 * pageCount + 3, pageCount - 1};
        byte[][] truth = new byte[pages.length][];
        Map<String, Map<Long, byte[]>> stale = new TreeMap<>();
        for (int i = 0; i < pages.length; i++) {
            Map<Long, byte[]> present = new TreeMap<>();
            stale.put("block" + i, new TreeMap<>());
            truth[i] = fill(random, pageSize, pages[i], present, stale.get("block" + i));
            written.block("block" + i, truth[i].length, present);
        }
        Path path = written.write(temp.resolve("file"));
        for (Map.Entry<String, Map<Long, byte[]>> each : stale.entrySet()) {
            writeStale(path, written.positions.get("pages " + each.getKey()), pageSize, each.getValue());
        }
        try (Snapshot snapshot = Snapshot.open(path)) {
            PageSource source = snapshot.source(null, false);
            for (int round = 0; round < 400; round++) {
                int block = random.nextInt(pages.length);
                check(source, snapshot.blocks().get(block), truth[block], random, round % 3);
            }
        }
    }

    /** A packet's pages as they come: neighbours, with gaps, or in any order; asked about first, or not. */
    private static void check(PageSource source, RamBlock block, byte[] truth, SplittableRandom random, int kind)
            throws IOException {
        int pageSize = block.pageSize();
        int pages = (int) block.pages();
        int pageCount = PacketHeader.pageCount(pageSize);
        int count = 1 + random.nextInt(Math.min(pages, pageCount));
        int start = random.nextInt(pages - count + 1);
        long[] offsets = new long[pageCount];
        for (int i = 0; i < count; i++) {
            int page = kind == 0 ? start + i : kind == 1 ? (start + 3 * i) % pages : random.nextInt(pages);
            offsets[i] = (long) page * pageSize;
        }
        byte[] zero = new byte[pageSize];
        boolean ask = random.nextBoolean();
        int normal = 0;
        for (int i = 0; i < count; i++) {
            if (ask) {
                int at = (int) offsets[i];
                boolean isZero = Arrays.equals(truth, at, at + pageSize, zero, 0, pageSize);
                assertEquals(isZero, source.isZero(block, offsets[i]), block.name() + " page at " + at);
                if (isZero) {
                    continue;
                }
            }
            offsets[normal++] = offsets[i];
        }
        RamRuns runs = source.read(block, offsets, normal);
        assertEquals(normal, runs.pages());
        ByteBuffer copy = ByteBuffer.allocateDirect(Math.max(1, normal * pageSize)).limit(normal * pageSize);
        runs.copyTo(copy);
        for (int i = 0; i < normal; i++) {
            assertEquals(ByteBuffer.wrap(truth, (int) offsets[i], pageSize), copy.slice(i * pageSize, pageSize),
                    block.name() + " page at " + offsets[i]);
        }
    }

    @Test
    void shouldReadNeighboursAsOneRun() throws IOException {
        byte[] content = new byte[256 * PAGE];
        Arrays.fill(content, (byte) 7);
        try (Snapshot snapshot = Snapshot.open(new SnapshotFile().block("ram", content).write(temp.resolve("file")))) {
            PageSource source = snapshot.source(null, false);
            long[] offsets = new long[128];
            for (int i = 0; i < offsets.length; i++) {
                offsets[i] = (64 + i) * (long) PAGE;
            }
            assertEquals(1, source.read(snapshot.blocks().get(0), offsets, offsets.length).runs());
        }
    }

    @Test
    void shouldSayThatTheFileWasCutMeanwhile() throws IOException {
        byte[] content = new byte[8 * PAGE];
        Arrays.fill(content, (byte) 7);
        SnapshotFile written = new SnapshotFile().block("ram", content);
        Path path = written.write(temp.resolve("file"));
        long end = written.positions.get("pages ram") + 3 * PAGE + 5;
        try (Snapshot snapshot = Snapshot.open(path); FileChannel file = FileChannel.open(path,
                StandardOpenOption.WRITE)) {
            file.truncate(end);
            PageSource source = snapshot.source(null, false);
            RamBlock block = snapshot.blocks().get(0);
            assertEquals(1, source.read(block, new long[] {2 * PAGE}, 1).pages());
            GuestFileException error = assertThrows(GuestFileException.class,
                    () -> source.read(block, new long[] {3 * PAGE}, 1));
            assertEquals(path + ": the file ends at byte " + end
                    + ", expected 4091 bytes more; it was cut since it was opened", error.getMessage());
        }
    }

    @Test
    void shouldKnowOnlyItsOwnBlocks() throws IOException {
        try (Snapshot snapshot = Snapshot.open(new SnapshotFile().block("ram", new byte[PAGE])
                .write(temp.resolve("file")))) {
            RamBlock other = RamBlock.withoutMemory("ram", PAGE, PAGE);
            PageSource source = snapshot.source(null, false);
            assertTrue(source.isZero(snapshot.blocks().get(0), 0));
            assertEquals("RAM block \"ram\": received one of another snapshot",
                    assertThrows(IllegalArgumentException.class, () -> source.isZero(other, 0)).getMessage());
        }
    }
}
