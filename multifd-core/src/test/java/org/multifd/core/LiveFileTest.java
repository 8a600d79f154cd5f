package org.multifd.core;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.snapshot.PlainSnapshot;

/** Live memory into a file and back, without a socket. */
class LiveFileTest {

    private static final int PAGE = 4096;
    private static final MethodRegistry NO_METHODS = MethodRegistry.of();

    @TempDir
    Path directory;

    static MigrationParameters channels(int channels) {
        return MigrationParameters.builder().set("multifd-channels", channels).build();
    }

    static MigrationStats save(TestGuest guest, DirtyLog log, MigrationParameters parameters, String uri)
            throws MigrationException {
        return new MigrationSource(NO_METHODS, parameters, guest.ram, log, guest).migrate(uri);
    }

    /** Loads it into fresh memory, or memory that is full of something else. */
    static MigrationDestination load(String uri, MigrationParameters parameters, RamSupplier ram)
            throws MigrationException {
        try (MigrationDestination destination = new MigrationDestination(NO_METHODS, parameters, ram)) {
            assertEquals(uri, destination.listen(uri));
            destination.receive();
            return destination;
        }
    }

    private static GuestRam used(GuestRam like) {
        GuestRam.Builder builder = GuestRam.builder(like.pageSize());
        for (String block : like.blocks()) {
            ByteBuffer memory = ByteBuffer.allocateDirect((int) like.length(block));
            while (memory.hasRemaining()) {
                memory.put((byte) 0xA5);
            }
            builder.block(block, memory.flip());
        }
        return builder.build();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.toList();
        }
    }

    @ParameterizedTest
    @CsvSource({"1,4096,multifd", "2,4096,legacy", "4,4096,none", "4,65536,multifd", "16,16384,multifd"})
    void shouldKeepARunningGuestAndGiveItBack(int channels, int pageSize, String zeroPages) throws Exception {
        Path file = directory.resolve("guest.snap");
        byte[] state = {3, 1, 4, 1, 5};
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-channels", channels)
                .set("zero-page-detection", zeroPages).set("downtime-limit", 20).build();
        try (TestGuest guest = new TestGuest(TestGuest.ram(pageSize, 6 << 20, 192 << 10), 7, state).start()) {
            MigrationStats saved = save(guest, guest.log, parameters, "file:" + file);
            assertEquals(MigrationStats.State.COMPLETED, saved.state());
            assertTrue(saved.rounds() >= 2 && saved.downtimeNanos() > 0, saved.toString());
            assertEquals("none", saved.method());
            assertEquals(channels, saved.channels().size());
            assertEquals(saved.normalPages() * pageSize, saved.wireBytes() - saved.mainBytes());
            assertEquals(List.of(file), files());
            for (int readers : new int[] {1, channels}) {
                MigrationDestination loaded = load("file:" + file, channels(readers), RamSupplier.allocating(1 << 30));
                MigrationTest.assertSame(guest.ram, loaded.ram());
                assertArrayEquals(state, loaded.deviceState());
                MigrationStats stats = loaded.stats();
                assertEquals(readers, stats.channels().size());
                assertEquals(guest.ram.length(), (stats.normalPages() + stats.zeroPages()) * pageSize);
                assertEquals("none".equals(zeroPages), stats.zeroPages() == 0, stats.toString());
            }
            MigrationTest.assertSame(guest.ram, load("file:" + file, channels(2), RamSupplier.into(used(guest.ram)))
                    .ram());
        }
    }

    /** Rounds whose pages the test says; with each it may change memory. */
    private abstract static class ScriptedLog implements DirtyLog {

        private int takes;

        abstract void round(int number, String block, BitSet dirty);

        @Override
        public void getAndClear(String block, BitSet dirty) {
            round(takes++, block, dirty);
        }

        @Override
        public void putBack(String block, BitSet pages) {
            throw new AssertionError("it did not fail");
        }
    }

    private static void fill(GuestRam ram, int page, int value) {
        byte[] bytes = new byte[PAGE];
        Arrays.fill(bytes, (byte) value);
        ram.write("block0", (long) page * PAGE, ByteBuffer.wrap(bytes));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void shouldForgetPagesThatTurnZeroAndTakeThemAgain(int channels) throws Exception {
        Path file = directory.resolve("guest.snap");
        int pages = 300;
        try (TestGuest guest = new TestGuest(TestGuest.ram(PAGE, (long) pages * PAGE), 1, new byte[0], false)) {
            for (int page = 0; page < pages; page++) {
                fill(guest.ram, page, page % 3 == 0 ? 0 : page + 1);
            }
            DirtyLog log = new ScriptedLog() {
                @Override
                void round(int number, String block, BitSet dirty) {
                    switch (number) {
                        case 1 -> mark(dirty, 7, 0); // normal in the first round
                        case 2 -> mark(dirty, 130, 0);
                        case 3 -> {
                            mark(dirty, 7, 77); // zero in the round before
                            mark(dirty, 131, 0);
                            mark(dirty, 9, 99); // zero from the beginning
                        }
                        case 4 -> mark(dirty, 131, 0);
                        default -> { }
                    }
                }

                private void mark(BitSet dirty, int page, int value) {
                    fill(guest.ram, page, value);
                    dirty.set(page);
                }
            };
            MigrationParameters parameters = MigrationParameters.builder().set("multifd-channels", channels)
                    .set("downtime-limit", 0).build();
            MigrationStats saved = save(guest, log, parameters, "file:" + file);
            assertEquals(6, saved.rounds());
            try (PlainSnapshot snapshot = new PlainSnapshot(file)) {
                for (int page = 0; page < pages; page++) {
                    boolean present = page == 9 || page % 3 != 0 && page != 130 && page != 131;
                    assertEquals(present, snapshot.isPresent("block0", page), "page " + page);
                }
                assertEquals(0, snapshot.parts);
                assertEquals("multifd", snapshot.machine);
            }
            assertFalse(Arrays.equals(new byte[PAGE], Arrays.copyOfRange(Files.readAllBytes(file),
                    (1 << 20) + 130 * PAGE, (1 << 20) + 131 * PAGE)), "the old bytes stay in their place");
            MigrationTest.assertSame(guest.ram, load("file:" + file, channels(2), RamSupplier.into(used(guest.ram)))
                    .ram());
        }
    }

    /**
     * Any sets of pages in any rounds, blocks of odd lengths, any offset: what comes back is what the memory was at the
     * end.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void shouldGiveBackWhatTheLastRoundHas(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        int blocks = 1 + random.nextInt(3);
        long[] lengths = random.longs(blocks, 1, 400).map(pages -> pages * PAGE).toArray();
        long offset = random.nextInt(3) == 0 ? 0 : random.nextLong(3 << 20);
        int rounds = random.nextInt(6);
        Path file = directory.resolve("guest.snap");
        try (TestGuest guest = new TestGuest(TestGuest.ram(PAGE, lengths), seed,
                random.ints(50).mapToObj(Integer::toString)
                .reduce("", String::concat).getBytes(US_ASCII), random.nextBoolean())) {
            DirtyLog log = new ScriptedLog() {
                @Override
                void round(int number, String block, BitSet dirty) {
                    if (number / blocks > rounds) {
                        return;
                    }
                    int pages = (int) (guest.ram.length(block) / PAGE);
                    for (int i = random.nextInt(40); i > 0; i--) {
                        int first = random.nextInt(pages);
                        int end = Math.min(pages, first + 1 + random.nextInt(150));
                        dirty.set(first, end);
                        for (int page = first; page < end; page++) {
                            byte[] bytes = new byte[PAGE];
                            if (random.nextInt(3) > 0) {
                                bytes[random.nextInt(PAGE)] = (byte) random.nextInt();
                            }
                            guest.ram.write(block, (long) page * PAGE, ByteBuffer.wrap(bytes));
                        }
                    }
                }
            };
            MigrationParameters parameters = MigrationParameters.builder()
                    .set("multifd-channels", 1 + random.nextInt(5)).set("downtime-limit", 0).build();
            FileUri uri = new FileUri(file, offset);
            save(guest, log, parameters, uri.toString());
            MigrationDestination loaded = load(uri.toString(), channels(1 + random.nextInt(5)),
                    random.nextBoolean() ? RamSupplier.allocating(1 << 30) : RamSupplier.into(used(guest.ram)));
            MigrationTest.assertSame(guest.ram, loaded.ram());
            assertArrayEquals(guest.deviceState(), loaded.deviceState());
            try (PlainSnapshot snapshot = new PlainSnapshot(file, offset)) {
                for (String block : guest.ram.blocks()) {
                    ByteBuffer expected = ByteBuffer.allocate((int) guest.ram.length(block));
                    guest.ram.read(block, 0, expected);
                    assertArrayEquals(expected.array(), snapshot.ram(block), block);
                }
            }
        }
    }

    /** QEMU lays pages out at multiples of 1 MiB of the file, wherever the stream begins. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "4095", "4096", "0x3039", "1M", "1234567"})
    void shouldWriteBehindAProgramsHeader(String offset) throws Exception {
        Path file = directory.resolve("guest.img");
        String uri = "file:" + file + ",offset=" + offset;
        int n = (int) FileUri.parse(uri).offset();
        byte[] header = new byte[n];
        new SplittableRandom(n).nextBytes(header);
        Files.write(file, header);
        Object identity = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        try (TestGuest guest = new TestGuest(TestGuest.ram(PAGE, 1 << 20, 16 * PAGE), 7, new byte[9]).start()) {
            save(guest, guest.log, channels(2), uri);
            byte[] all = Files.readAllBytes(file);
            assertArrayEquals(header, Arrays.copyOf(all, n));
            assertEquals(identity, Files.readAttributes(file, BasicFileAttributes.class).fileKey(),
                    "it is the program's file");
            try (PlainSnapshot snapshot = new PlainSnapshot(file, n)) {
                assertEquals(2, snapshot.blocks.size());
            }
            MigrationTest.assertSame(guest.ram, load("file:" + file + ",offset=" + n, channels(3),
                    RamSupplier.allocating(1 << 30)).ram());
            assertEquals(List.of(file), files());
        }
    }

    @Test
    void shouldMakeAFileThatBeginsWithAHole() throws Exception {
        Path file = directory.resolve("guest.img");
        try (TestGuest guest = new TestGuest(TestGuest.ram(PAGE, 1 << 20), 7, new byte[9])) {
            save(guest, guest.log, channels(2), "file:" + file + ",offset=64K");
            assertArrayEquals(new byte[64 << 10], Arrays.copyOf(Files.readAllBytes(file), 64 << 10));
            FreshFileTest.assertNobodyElseReads(file);
            MigrationTest.assertSame(guest.ram, load("file:" + file + ",offset=65536", channels(2),
                    RamSupplier.allocating(1 << 30)).ram());
        }
    }

    @Test
    void shouldLeavePagesThatNeverHadContentOutOfTheFile() throws Exception {
        Path file = directory.resolve("guest.snap");
        try (TestGuest guest = new TestGuest(TestGuest.ram(PAGE, 64 << 20), 1, new byte[0], false)) {
            fill(guest.ram, 10_000, 1);
            save(guest, guest.log, channels(2), "file:" + file);
            Process du = new ProcessBuilder("du", "-k", file.toString()).start();
            long kilobytes = Long.parseLong(new String(du.getInputStream().readAllBytes(), US_ASCII).split("\\s")[0]);
            assertTrue(Files.size(file) > 64 << 20 && kilobytes < 1024, kilobytes + " KiB");
            MigrationDestination loaded = load("file:" + file, channels(2), RamSupplier.allocating(1 << 30));
            assertEquals(1, loaded.stats().normalPages());
            MigrationTest.assertSame(guest.ram, loaded.ram());
        }
    }

    /** What is in a file of ours moves on as any snapshot does. */
    @Test
    void shouldBeASnapshotThatCanBeInspectedAndSent() throws Exception {
        FileUri uri = new FileUri(directory.resolve("guest.img"), 5000);
        byte[] state = {2, 7, 1, 8};
        MethodRegistry methods = MethodRegistry.of(new PlainMethod("plain"));
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-compression", "plain").build();
        String uuid = "11223344-5566-7788-99aa-bbccddeeff00";
        try (TestGuest guest = new TestGuest(TestGuest.ram(65536, 4 << 20, 65536), 7, state).start();
                MigrationDestination destination = new MigrationDestination(methods, parameters,
                        RamSupplier.allocating(1 << 30))) {
            save(guest, guest.log, MigrationParameters.builder().set("uuid", uuid).build(), uri.toString());
            SnapshotInfo info = SnapshotInfo.read(uri);
            assertEquals("multifd", info.machine());
            assertEquals(65536, info.pageSize());
            assertEquals(uuid, info.uuid().toString());
            assertEquals(List.of("mapped-ram"), info.capabilities());
            assertEquals(guest.ram.blocks(), info.blocks().stream().map(SnapshotInfo.Block::name).toList());
            assertEquals(List.of("multifd/state"), info.devices().stream().map(SnapshotInfo.Device::name).toList());
            assertEquals(Files.size(uri.path()), info.streamBytes());
            String address = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            MigrationSource.fromFile(methods, parameters, uri).migrate(address);
            received.get();
            MigrationTest.assertSame(guest.ram, destination.ram());
            assertArrayEquals(state, destination.deviceState());
            MigrationException other = assertThrows(MigrationException.class, () -> load(uri.toString(),
                    MigrationParameters.builder().set("uuid", uuid.replace('1', '2')).build(),
                    RamSupplier.allocating(1 << 30)));
            assertEquals(uri.path() + ": configuration: received uuid " + uuid + ", expected " + uuid.replace('1', '2'),
                    other.getMessage());
            assertEquals(Kind.FILE, other.kind());
        }
    }

    @Test
    void shouldLoadWhatWasReceivedBehindAHeader() throws Exception {
        FileUri uri = new FileUri(Files.writeString(directory.resolve("guest.img"), "header"), 6);
        MethodRegistry methods = MethodRegistry.of(new PlainMethod("plain"));
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-compression", "plain").build();
        try (TestGuest guest = new TestGuest(TestGuest.ram(PAGE, 3 << 20), 7, new byte[] {9}).start();
                MigrationDestination destination = MigrationDestination.intoFile(methods, parameters, uri, false)) {
            String address = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            new MigrationSource(methods, parameters, guest.ram, guest.log, guest).migrate(address);
            received.get();
            assertEquals("header", new String(Files.readAllBytes(uri.path()), 0, 6, US_ASCII));
            MigrationDestination loaded = load(uri.toString(), channels(4), RamSupplier.allocating(1 << 30));
            MigrationTest.assertSame(guest.ram, loaded.ram());
            assertArrayEquals(new byte[] {9}, loaded.deviceState());
            assertNull(destination.ram());
        }
    }
}
