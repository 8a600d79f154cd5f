package org.multifd.core.internal.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.channel.StretchWorker;
import org.multifd.core.internal.provider.Providers;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.ram.MemoryTarget;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.ram.ReceivedPages;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.RamSections;
import org.multifd.core.internal.wire.PacketHeader;

/** A compressed snapshot is written from several targets and read in every way there is. */
class FrameFileTest {

    private static final long SEED = 20_14;

    @TempDir
    Path temp;

    private final Failure failure = new Failure();
    private Seats seats;

    @AfterEach
    void close() {
        if (seats != null) {
            seats.close();
        }
    }

    private Seats seats() {
        if (seats == null) {
            Providers providers = new Providers(List.of(), "");
            providers.load();
            seats = new Seats(providers, Map.of(), 30_000, failure);
        }
        return seats;
    }

    private static RamBlocks shapes(int pageSize) {
        return new RamBlocks(List.of(RamBlock.withoutMemory("pc.ram", pageSize, 700L * pageSize),
                RamBlock.withoutMemory("pc.rom", pageSize, 3L * pageSize)));
    }

    /** Compressible pages that differ from each other. */
    private static byte[] page(int pageSize, Random random) {
        byte[] page = new byte[pageSize];
        for (int i = 0; i < pageSize; i += 16) {
            page[i] = (byte) (1 + random.nextInt(4));
        }
        return page;
    }

    /** What a guest of these shapes has, as the test keeps it. */
    private static final class Truth {

        private final byte[][][] pages = new byte[2][][];

        Truth(RamBlocks blocks) {
            for (int i = 0; i < 2; i++) {
                pages[i] = new byte[(int) blocks.get(i).pages()][blocks.pageSize()];
            }
        }
    }

    private static void send(PageTarget to, int block, int pageSize, int[] numbers, int zeros, Truth truth,
            Random random) throws IOException {
        long[] offsets = new long[numbers.length];
        int normal = numbers.length - zeros;
        for (int i = 0; i < numbers.length; i++) {
            offsets[i] = (long) numbers[i] * pageSize;
            truth.pages[block][numbers[i]] = i < normal ? page(pageSize, random) : new byte[pageSize];
        }
        if (normal > 0) {
            ByteBuffer bytes = ByteBuffer.allocate(normal * pageSize);
            for (int i = 0; i < normal; i++) {
                bytes.put(truth.pages[block][numbers[i]]);
            }
            RamRuns runs = to.runs(block, offsets, normal);
            runs.copyFrom(bytes.flip());
        }
        to.arrived(block, offsets, normal, zeros);
    }

    /** Several rounds by several targets in turn: pages come again, turn zero, and come back. */
    private Truth write(Path file, String method, int pageSize, int targets, int rounds) throws Exception {
        RamBlocks blocks = shapes(pageSize);
        Truth truth = new Truth(blocks);
        Random random = new Random(SEED);
        SnapshotWriter writer = SnapshotWriter.create(file, 0, IfExists.KEEP, method);
        writer.begin(new Configuration("pc", pageSize, List.of(), null), blocks, seats());
        PageTarget[] all = new PageTarget[targets];
        for (int i = 0; i < targets; i++) {
            all[i] = writer.target();
        }
        int most = PacketHeader.pageCount(pageSize);
        for (int round = 0; round < rounds; round++) {
            for (int packet = 0; packet < 20; packet++) {
                int block = random.nextInt(10) == 0 ? 1 : 0;
                int pages = (int) Math.min(most, blocks.get(block).pages());
                int[] numbers = random.ints(1 + random.nextInt(pages), 0, (int) blocks.get(block).pages()).distinct()
                        .toArray();
                send(all[random.nextInt(targets)], block, pageSize, numbers, random.nextInt(numbers.length), truth,
                        random);
            }
            for (PageTarget each : all) {
                each.endOfRound();
            }
        }
        for (PageTarget each : all) {
            each.close();
        }
        writer.complete(new RamSections(2, 1, false), SnapshotFile.TAIL);
        writer.keep();
        return truth;
    }

    @ParameterizedTest
    @CsvSource({"zstd,4096,1,1", "zstd,4096,3,4", "zstd,65536,2,3", "lz4,16384,2,3", "zlib,4096,2,3"})
    void shouldReadWhatWasWritten(String method, int pageSize, int targets, int rounds) throws Exception {
        Path file = temp.resolve("file");
        Truth truth = write(file, method, pageSize, targets, rounds);
        try (Snapshot snapshot = Snapshot.open(file)) {
            assertEquals(method, snapshot.method());
            assertEquals("pc", snapshot.configuration().machine());
            assertArrayEquals(SnapshotFile.TAIL, snapshot.tail());
            assertEquals(Files.size(file), snapshot.endOfStream());
            assertTrue(snapshot.deadBytes() > 0, "pages came again");
            checkReader(snapshot, truth);
            checkLoader(snapshot, truth);
            checkSource(snapshot, truth);
        }
        assertNull(failure.first());
    }

    private void checkReader(Snapshot snapshot, Truth truth) throws IOException {
        int pageSize = snapshot.blocks().pageSize();
        try (PageReader reader = snapshot.reader(seats())) {
            ByteBuffer page = ByteBuffer.allocate(pageSize);
            for (int block = 0; block < 2; block++) {
                for (int i = truth.pages[block].length - 1; i >= 0; i -= block == 0 ? 3 : 1) {
                    long offset = (long) i * pageSize;
                    reader.read(block, offset, page.clear());
                    assertArrayEquals(truth.pages[block][i], page.array(), "page " + i);
                    assertEquals(!isZero(truth.pages[block][i]), snapshot.isPresent(block, offset));
                }
            }
        }
    }

    private static boolean isZero(byte[] page) {
        for (byte each : page) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    private void checkLoader(Snapshot snapshot, Truth truth) throws Exception {
        int pageSize = snapshot.blocks().pageSize();
        RamBlocks into = new RamBlocks(List.of(
                new RamBlock("pc.ram", pageSize, true, ByteBuffer.allocateDirect(700 * pageSize)),
                new RamBlock("pc.rom", pageSize, true, ByteBuffer.allocateDirect(3 * pageSize))));
        ReceivedPages received = new ReceivedPages(into);
        int stretch = PacketHeader.pageCount(pageSize);
        StretchWorker loader = snapshot.loader(seats(), new MemoryTarget(into, received, stretch));
        for (int block = 0; block < 2; block++) {
            for (int at = 0; at < truth.pages[block].length; at += stretch) {
                loader.stretch(block, (long) at * pageSize, Math.min(stretch, truth.pages[block].length - at));
            }
        }
        loader.endOfPass();
        loader.close();
        for (int block = 0; block < 2; block++) {
            ByteBuffer page = ByteBuffer.allocate(pageSize);
            for (int i = 0; i < truth.pages[block].length; i++) {
                into.get(block).get((long) i * pageSize, page.clear());
                assertArrayEquals(truth.pages[block][i], page.array(), "page " + i);
            }
        }
        assertEquals(0, received.missing(each -> false));
        assertEquals(snapshot.presentPages(0) + snapshot.presentPages(1), loader.stats().normalPages());
    }

    private void checkSource(Snapshot snapshot, Truth truth) throws Exception {
        int pageSize = snapshot.blocks().pageSize();
        PageSource source = snapshot.source(seats(), false);
        RamBlock ram = snapshot.blocks().get(0);
        ByteBuffer bytes = ByteBuffer.allocate(8 * pageSize);
        for (int at = 0; at + 8 <= 700; at += 40) {
            long[] offsets = new long[8];
            for (int i = 0; i < 8; i++) {
                offsets[i] = (long) (at + 7 - i) * pageSize;
            }
            source.read(ram, offsets, 8).copyTo(bytes.clear());
            for (int i = 0; i < 8; i++) {
                byte[] page = new byte[pageSize];
                bytes.get(i * pageSize, page);
                assertArrayEquals(truth.pages[0][at + 7 - i], page, "page " + (at + 7 - i));
            }
        }
        source.close();
    }

    @Test
    void shouldGiveStoredPayloadsOfWholeFramesOnly() throws Exception {
        RamBlocks blocks = shapes(4096);
        Truth truth = new Truth(blocks);
        Random random = new Random(SEED);
        Path file = temp.resolve("file");
        SnapshotWriter writer = SnapshotWriter.create(file, 0, IfExists.KEEP, "zstd");
        writer.begin(null, blocks, seats());
        PageTarget target = writer.target();
        send(target, 0, 4096, new int[] {1, 2, 3}, 0, truth, random);
        target.endOfRound();
        send(target, 0, 4096, new int[] {5, 4, 3}, 0, truth, random);
        target.endOfRound();
        target.close();
        writer.complete(new RamSections(2, 1, false), SnapshotFile.TAIL);
        writer.keep();
        try (Snapshot snapshot = Snapshot.open(file)) {
            PageSource source = snapshot.source(seats(), false);
            RamBlock ram = snapshot.blocks().get(0);
            int[] sums = new int[128];
            assertNull(source.stored(ram, new long[] {4096, 8192}, 2, sums), "page 3 is superseded");
            assertNull(source.stored(ram, new long[] {4096, 8192, 12288}, 3, sums));
            assertNull(source.stored(ram, new long[] {12288, 16384, 20480}, 3, sums), "another order");
            assertNull(source.stored(ram, new long[] {0}, 1, sums), "a zero page");
            assertNotNull(source.stored(ram, new long[] {20480, 16384, 12288}, 3, sums));
            source.close();
            long dead = snapshot.deadBytes();
            assertTrue(dead > 0 && 2 * dead < Files.size(file), "one page of three of the first frame: " + dead);
            assertFalse(snapshot.isPresent(0, 0));
        }
    }

    /** A copy that is cut or changed anywhere is refused, or reads as before: never as something else. */
    @Test
    void shouldNeverTakeADamagedFileForAWholeOne() throws Exception {
        Path file = temp.resolve("file");
        RamBlocks blocks = shapes(4096);
        Truth truth = new Truth(blocks);
        SnapshotWriter writer = SnapshotWriter.create(file, 0, IfExists.KEEP, "zstd");
        writer.begin(new Configuration("pc", 4096, List.of(), null), blocks, seats());
        PageTarget target = writer.target();
        send(target, 0, 4096, new int[] {1, 2, 699}, 0, truth, new Random(SEED));
        send(target, 1, 4096, new int[] {0, 1}, 1, truth, new Random(SEED));
        target.endOfRound();
        target.close();
        writer.complete(new RamSections(2, 1, false), SnapshotFile.TAIL);
        writer.keep();
        byte[] whole = Files.readAllBytes(file);
        Path copy = temp.resolve("copy");
        int refused = 0;
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= (byte) (1 << i % 8);
            Files.write(copy, changed);
            refused += isRefused(copy, truth) ? 1 : 0;
        }
        assertEquals(whole.length, refused);
        for (int length = 0; length < whole.length; length++) {
            Files.write(copy, Arrays.copyOf(whole, length));
            assertThrows(GuestFileException.class, () -> Snapshot.open(copy).close());
        }
    }

    private boolean isRefused(Path copy, Truth truth) throws Exception {
        try (Snapshot snapshot = Snapshot.open(copy)) {
            checkReader(snapshot, truth);
            return false;
        } catch (GuestFileException e) {
            assertTrue(e.getMessage().startsWith(copy + ": "), e.getMessage());
            assertFalse(e.getMessage().contains("\n"), e.getMessage());
            return true;
        }
    }
}
