package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.MigrationException.Kind;

/** What a user sees when live memory cannot go into a file or come out of one, and that nothing is left behind. */
class LiveFileFaultTest {

    private static final String BLOCK = "block0";
    private static final int PAGE = 4096;
    private static final byte[] HEADER = "a program's own header".getBytes(StandardCharsets.US_ASCII);
    private static final MigrationParameters SLOW = MigrationParameters.builder().set("max-bandwidth", 2_000_000)
            .set("multifd-channels", 4).build();

    @TempDir
    Path directory;

    private final TestGuest guest = new TestGuest(TestGuest.ram(PAGE, 8 << 20), 3, new byte[0]);
    private MigrationSource source;

    @AfterEach
    void shouldLeaveNoThread() {
        guest.close();
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("multifd-")),
                "threads left: " + Thread.getAllStackTraces().keySet());
    }

    private Path file() {
        return directory.resolve("guest.snap");
    }

    private Path withHeader() throws IOException {
        return Files.write(file(), HEADER);
    }

    private String behindHeader() {
        return "file:" + file() + ",offset=" + HEADER.length;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.toList();
        }
    }

    private MigrationException failed(TestGuest of, DirtyLog log, MigrationParameters parameters, String uri) {
        source = new MigrationSource(MethodRegistry.of(new PlainMethod("plain")), parameters, of.ram, log, of);
        MigrationException error = assertThrows(MigrationException.class, () -> source.migrate(uri));
        assertFalse(error.getMessage().contains("\n"), error.getMessage());
        assertEquals(MigrationStats.State.FAILED, source.stats().state());
        return error;
    }

    private static void assertError(Kind kind, String message, MigrationException error) {
        assertEquals(message, error.getMessage());
        assertEquals(kind, error.kind());
    }

    private static BitSet marks(TestGuest of) {
        BitSet marks = new BitSet();
        of.log.getAndClear(BLOCK, marks);
        return marks;
    }

    private static MigrationException refused(MigrationParameters parameters, String uri, RamSupplier ram) {
        try (MigrationDestination destination = new MigrationDestination(MethodRegistry.of(), parameters, ram)) {
            return assertThrows(MigrationException.class, () -> {
                destination.listen(uri);
                destination.receive();
            });
        }
    }

    private static MigrationException refused(String uri) {
        return refused(MigrationParameters.defaults(), uri, RamSupplier.allocating(1 << 30));
    }

    private String saved() throws MigrationException {
        LiveFileTest.save(guest, guest.log, LiveFileTest.channels(4), "file:" + file());
        return "file:" + file();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "plain", "none,zstd", "zstd,none"})
    void shouldRefuseCompressionAsQemuDoes(String compression) throws Exception {
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-compression", compression).build();
        String message = "multifd-compression: received " + compression
                + ", expected none or nothing: in a file each page has its"
                + " place, QEMU refuses compression there, too";
        assertError(Kind.USAGE, message, failed(guest, guest.log, parameters, "file:" + file()));
        assertEquals(List.of(), files());
        saved();
        assertError(Kind.USAGE, message, refused(parameters, "file:" + file(), RamSupplier.allocating(1 << 30)));
    }

    @Test
    void shouldTakeNoneForCompression() throws Exception {
        MigrationParameters none = MigrationParameters.builder().set("multifd-compression", "none").build();
        LiveFileTest.save(guest, guest.log, none, "file:" + file());
        MigrationTest.assertSame(guest.ram, LiveFileTest.load("file:" + file(), none, RamSupplier.allocating(1 << 30))
                .ram());
    }

    @Test
    void shouldRefuseAParameterThatNoMethodDeclares() throws Exception {
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-chanels", 2).build();
        String message = "multifd-chanels: unknown parameter, expected none: no method found declares any";
        assertError(Kind.USAGE, message, failed(guest, guest.log, parameters, "file:" + file()));
        assertError(Kind.USAGE, message, refused(parameters, saved(), RamSupplier.allocating(1 << 30)));
    }

    @Test
    void shouldNotTouchAFileThatExists() throws Exception {
        withHeader();
        assertError(Kind.FILE, "file " + file() + " exists; choose another name, or delete it first",
                failed(guest, guest.log, SLOW, "file:" + file()));
        assertArrayEquals(HEADER, Files.readAllBytes(file()));
        assertEquals(List.of(file()), files());
    }

    @Test
    void shouldNotTouchWhatIsBehindTheOffset() throws Exception {
        withHeader();
        assertError(Kind.FILE, "file " + file()
                + " has 18 bytes from offset 4 on; choose another offset, or cut the file there first",
                failed(guest, guest.log, SLOW, "file:" + file() + ",offset=4"));
        assertArrayEquals(HEADER, Files.readAllBytes(file()));
    }

    @Test
    void shouldSayWhyTheFileCannotBe() {
        assertError(Kind.FILE, "cannot create " + directory + ": it is a directory; give the name of a file in it",
                failed(guest, guest.log, SLOW, "file:" + directory + ",offset=1"));
        Path missing = directory.resolve("none").resolve("guest.snap");
        assertError(Kind.FILE, "cannot create " + missing + ": directory " + missing.getParent()
                + " does not exist; make it first", failed(guest, guest.log, SLOW, "file:" + missing));
        assertError(Kind.FILE, "cannot write /dev/null: it is no regular file; choose another one",
                failed(guest, guest.log, SLOW, "file:/dev/null,offset=1"));
    }

    /** The guest has marks when it begins, and is in the middle of its first round when it is told to stop. */
    private MigrationException stopped(String uri, Runnable stop) throws Exception {
        guest.log.mark(BLOCK, 5 * PAGE, 1);
        guest.log.mark(BLOCK, 63 * PAGE, PAGE + 1);
        Thread stopping = new Thread(() -> {
            while (source == null || source.stats().normalPages() == 0) {
                Thread.onSpinWait();
            }
            stop.run();
        });
        stopping.start();
        MigrationException error = failed(guest, guest.log, SLOW, uri);
        stopping.join();
        long sent = source.stats().normalPages() + source.stats().zeroPages();
        assertTrue(sent > 0 && sent < guest.ram.length() / PAGE, sent + " pages");
        assertEquals("{5, 63, 64}", marks(guest).toString());
        assertFalse(guest.resumed(), "it was never paused");
        return error;
    }

    @Test
    void shouldLeaveNothingOfACancelledMigration() throws Exception {
        assertError(Kind.INTERRUPTED, "migration cancelled", stopped("file:" + file(), () -> source.cancel()));
        assertEquals(List.of(), files());
    }

    @Test
    void shouldLeaveOnlyTheHeaderOfACancelledMigration() throws Exception {
        withHeader();
        assertError(Kind.INTERRUPTED, "migration cancelled", stopped(behindHeader(), () -> source.cancel()));
        assertArrayEquals(HEADER, Files.readAllBytes(file()));
    }

    @Test
    void shouldDeleteAFileThatWasMadeForACancelledMigration() throws Exception {
        assertError(Kind.INTERRUPTED, "migration cancelled",
                stopped("file:" + file() + ",offset=1M", () -> source.cancel()));
        assertEquals(List.of(), files());
    }

    /** An interrupt must neither close the file under the channels nor keep it from being cut. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLeaveNothingOfAnInterruptedMigration(boolean offset) throws Exception {
        if (offset) {
            withHeader();
        }
        Thread caller = Thread.currentThread();
        assertError(Kind.INTERRUPTED, "migration interrupted",
                stopped(offset ? behindHeader() : "file:" + file(), caller::interrupt));
        assertTrue(Thread.interrupted(), "the interrupt is kept for the caller");
        assertEquals(offset ? List.of(file()) : List.of(), files());
        if (offset) {
            assertArrayEquals(HEADER, Files.readAllBytes(file()));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldResumeTheGuestAndPutMarksBackWhenTheLastRoundFails(boolean offset) throws Exception {
        TestGuest stateless = new TestGuest(TestGuest.ram(PAGE, 2 << 20), 3, new byte[0]) {
            @Override
            public byte[] deviceState() {
                throw new IllegalStateException("no state today");
            }
        };
        stateless.log.mark(BLOCK, 0, 1);
        if (offset) {
            withHeader();
        }
        assertError(Kind.INTERNAL, "device state could not be taken: IllegalStateException: no state today",
                failed(stateless, stateless.log, MigrationParameters.defaults(),
                offset ? behindHeader() : "file:" + file()));
        assertTrue(stateless.resumed());
        assertEquals("{0}", marks(stateless).toString());
        assertEquals(offset ? List.of(file()) : List.of(), files());
        if (offset) {
            assertArrayEquals(HEADER, Files.readAllBytes(file()));
        }
    }

    @Test
    void shouldGiveUpAGuestThatDoesNotConverge() throws Exception {
        DirtyLog always = new DirtyLog() {
            @Override
            public void getAndClear(String block, BitSet dirty) {
                dirty.set(0, 100);
            }

            @Override
            public void putBack(String block, BitSet taken) {
                assertEquals(100, taken.cardinality());
            }
        };
        MigrationParameters parameters = MigrationParameters.builder().set("downtime-limit", 0).set("max-rounds", 3)
                .build();
        MigrationException error = failed(guest, always, parameters, "file:" + file());
        assertTrue(error.getMessage().startsWith("guest does not converge: max-rounds 3 reached with 100 pages"),
                error.getMessage());
        assertEquals(List.of(), files());
    }

    /** The file came up while the migration ran: it is not ours to replace. */
    @Test
    void shouldNotReplaceAFileThatCameMeanwhile() throws Exception {
        TestGuest late = new TestGuest(TestGuest.ram(PAGE, 2 << 20), 3, new byte[0]) {
            @Override
            public byte[] deviceState() {
                try {
                    Files.writeString(file(), "precious");
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
                return super.deviceState();
            }
        };
        assertError(Kind.FILE, "file " + file() + " exists; choose another name, or delete it first",
                failed(late, late.log, MigrationParameters.defaults(), "file:" + file()));
        assertTrue(late.resumed());
        assertEquals("precious", Files.readString(file()));
        assertEquals(List.of(file()), files());
    }

    @Test
    void shouldRefuseATruncatedFile() throws Exception {
        String uri = saved();
        long whole = Files.size(file());
        try (FileChannel cut = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            for (long length : new long[] {whole - 1, (1 << 20) + PAGE, 100, 0}) {
                cut.truncate(length);
                MigrationException error = refused(uri);
                assertTrue(error.getMessage().startsWith(file() + ": "), error.getMessage());
                String expected = length == 0 ? "the file is empty" : "the file is cut off at byte " + length;
                assertTrue(error.getMessage().contains(expected), error.getMessage());
                assertEquals(Kind.FILE, error.kind());
            }
        }
    }

    @Test
    void shouldSayThatTheFileWasCutBeforeItsPagesWereRead() throws Exception {
        String uri = saved();
        try (MigrationDestination destination = new MigrationDestination(MethodRegistry.of(), LiveFileTest.channels(4),
                RamSupplier.allocating(1 << 30)); FileChannel cut = FileChannel.open(file(),
                StandardOpenOption.WRITE)) {
            destination.listen(uri);
            cut.truncate(2 << 20);
            MigrationException error = assertThrows(MigrationException.class, destination::receive);
            assertTrue(error.getMessage().matches(file()
                    + ": the file ends at byte \\d+, expected \\d+ bytes more; it was cut since"
                    + " it was opened"), error.getMessage());
            assertEquals(Kind.FILE, error.kind());
            assertEquals(MigrationStats.State.FAILED, destination.stats().state());
        }
    }

    @Test
    void shouldRefuseADamagedEnd() throws Exception {
        String uri = saved();
        byte[] all = Files.readAllBytes(file());
        String end = new String(all, StandardCharsets.ISO_8859_1);
        int name = end.indexOf("multifd/state");
        ByteBuffer version = ByteBuffer.wrap(new byte[] {0, 0, 0, 9});
        try (FileChannel damage = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            damage.write(version, name + "multifd/state".length() + 4);
        }
        assertError(Kind.FILE, file()
                + ": device state: received \"multifd/state\" instance 0 version 9, expected instance 0 version 1",
                refused(uri));
    }

    @Test
    void shouldFindNoSnapshotAtAnotherOffset() throws Exception {
        saved();
        assertError(Kind.FILE, file()
                + ": received magic 0x00000003, expected 0x5145564d; is it a mapped-ram snapshot?",
                refused("file:" + file() + ",offset=4"));
        assertError(Kind.FILE, file()
                + ": the file has " + Files.size(file()) + " bytes, expected a mapped-ram snapshot at offset "
                + "1099511627776 of it; give its own offset", refused("file:" + file() + ",offset=1T"));
        assertError(Kind.FILE, directory + "/none: there is no such file, expected a mapped-ram snapshot",
                refused("file:" + directory + "/none"));
    }

    @Test
    void shouldRefuseRamOfAnotherShape() throws Exception {
        String uri = saved();
        assertError(Kind.STREAM, "RAM: received a guest of 8388608 bytes, expected at most 4096",
                refused(MigrationParameters.defaults(), uri, RamSupplier.allocating(4096)));
        assertError(Kind.STREAM,
                "RAM: received block \"block0\" of 8388608 bytes, expected 4194304 bytes; start the destination with"
                + " the source's RAM", refused(MigrationParameters.defaults(), uri,
                RamSupplier.into(TestGuest.ram(PAGE, 4 << 20))));
    }

    @Test
    void shouldNotCopyFilesByMigration() throws Exception {
        String uri = saved();
        String message = "address: received \"" + uri
                + "\", expected tcp:HOST:PORT or unix:PATH: a snapshot is in a file already, copy that";
        MigrationSource snapshot = MigrationSource.fromFile(MethodRegistry.of(), MigrationParameters.defaults(),
                file());
        assertError(Kind.USAGE, message, assertThrows(MigrationException.class, () -> snapshot.migrate(uri)));
        assertEquals(List.of(file()), files());
    }

    @Test
    void shouldStopLoadingWhenCancelled() throws Exception {
        String uri = saved();
        try (MigrationDestination destination = new MigrationDestination(MethodRegistry.of(), LiveFileTest.channels(2),
                (pageSize, blocks) -> {
                    throw new IllegalStateException("asked for memory");
                })) {
            destination.listen(uri);
            destination.cancel();
            assertError(Kind.INTERRUPTED, "migration cancelled",
                    assertThrows(MigrationException.class, destination::receive));
        }
    }

    @Test
    void shouldSaveAgainAfterACancelledMigration() throws Exception {
        stopped("file:" + file(), () -> source.cancel());
        MigrationTest.assertSame(guest.ram, LiveFileTest.load(saved(), LiveFileTest.channels(1),
                RamSupplier.allocating(1 << 30)).ram());
    }
}
