package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.snapshot.PlainSnapshot;

/** A multifd source migrates into a file; its guest runs, and its pages turn zero and back meanwhile. */
class SnapshotReceiveTest {

    @TempDir
    Path directory;

    private List<Path> files() throws Exception {
        try (Stream<Path> list = Files.list(directory)) {
            return list.toList();
        }
    }

    @ParameterizedTest
    @CsvSource({"1,multifd,flush", "2,legacy,eos", "4,multifd,eos", "4,legacy,flush", "3,none,flush",
            "16,multifd,flush"})
    void shouldKeepARunningGuest(int channels, String zeroPages, String syncRule) throws Exception {
        Path file = directory.resolve("guest.snap");
        try (Pair pair = new Pair(new TestGuest(TestGuest.ram(4096, 3 << 20, 4096 * 67), channels, new byte[100])
                .start())) {
            pair.snapshot = file;
            pair.source.set("multifd-channels", channels).set("zero-page-detection", zeroPages)
                    .set("sync-rule", syncRule);
            pair.run();
            assertNull(pair.sourceError);
            assertNull(pair.destinationError);
            assertTrue(pair.received.rounds() > 2, "rounds: " + pair.received.rounds());
            assertEquals(channels, pair.received.channels().size());
            try (PlainSnapshot snapshot = new PlainSnapshot(file)) {
                assertEquals(pair.guest.ram.blocks(), List.copyOf(snapshot.blocks.keySet()));
                for (String block : pair.guest.ram.blocks()) {
                    ByteBuffer expected = ByteBuffer.allocate((int) pair.guest.ram.length(block));
                    pair.guest.ram.read(block, 0, expected);
                    assertEquals(expected.rewind(), ByteBuffer.wrap(snapshot.ram(block)), block);
                }
                assertEquals("none".equals(zeroPages),
                        snapshot.present("block0") == 3 << 8, "zero pages are not in the file");
            }
        }
        assertEquals(List.of(file), files());
        FreshFileTest.assertNobodyElseReads(file);
    }

    private MigrationException refused(Path file, boolean replace) {
        try (MigrationDestination destination = MigrationDestination.intoFile(
                MethodRegistry.of(new PlainMethod("plain")), MigrationParameters.defaults(), file, replace)) {
            return assertThrows(MigrationException.class, () -> destination.listen("tcp:127.0.0.1:0"));
        }
    }

    private static void assertFile(String message, MigrationException error) {
        assertEquals(message, error.getMessage());
        assertEquals(Kind.FILE, error.kind());
        assertEquals(6, error.kind().exitCode());
    }

    @Test
    void shouldRefuseAFileThatExistsBeforeItListens() throws Exception {
        Path file = Files.writeString(directory.resolve("guest.snap"), "precious");
        assertFile("file " + file + " exists; choose another name, or --force to replace it", refused(file, false));
        assertEquals("precious", Files.readString(file));
        assertEquals(List.of(file), files());
    }

    @Test
    void shouldRefuseWhatCannotBeReplaced() throws Exception {
        assertFile("cannot create " + directory + ": it is a directory; give the name of a file in it",
                refused(directory, true));
        assertFile("cannot replace /dev/null: it is no regular file; choose another name",
                refused(Path.of("/dev/null"), true));
    }

    @Test
    void shouldRefuseADirectoryThatIsMissing() {
        Path file = directory.resolve("none").resolve("guest.snap");
        assertFile("cannot create " + file + ": directory " + file.getParent() + " does not exist; make it first",
                refused(file, false));
    }

    @Test
    void shouldRefuseADirectoryThatCannotBeWritten() throws Exception {
        Path closed = Files.createDirectory(directory.resolve("closed"));
        assertTrue(closed.toFile().setWritable(false));
        if (Files.isWritable(closed)) {
            closed = Path.of("/sys"); // where root cannot make files either
        }
        Path file = closed.resolve("guest.snap");
        assertFile("cannot create " + file + (Files.getFileStore(closed).isReadOnly()
                ? ": Read-only file system; check the disk and the limits, or choose another file system"
                : ": no permission to write in directory " + closed
                + "; choose another one, or ask for the permission"), refused(file, false));
    }

    @Test
    void shouldSayInWordsWhereNoFileCanBeMade() {
        String message = refused(Path.of("/proc/guest.snap"), false).getMessage();
        assertTrue(message.matches(
                "cannot create /proc/guest.snap: no (file can be made|permission to write) in directory /proc.*"),
                message);
    }

    @Test
    void shouldBeOnTheDiskBeforeTheSourceIsTold(@TempDir Path elsewhere) throws Exception {
        Path recorded = elsewhere.resolve("migration.jfr");
        try (Pair pair = new Pair(); Recording recording = new Recording()) {
            recording.enable("jdk.FileForce").withoutThreshold();
            recording.enable("org.multifd.Migration").withoutThreshold();
            recording.start();
            pair.snapshot = directory.resolve("guest.snap");
            pair.run();
            recording.stop();
            recording.dump(recorded);
            assertEquals(null, pair.sourceError);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(recorded);
        Instant told = events.stream().filter(e -> e.getEventType().getName().equals("org.multifd.Migration"))
                .filter(e -> e.getBoolean("source")).findFirst().orElseThrow().getEndTime();
        List<Instant> synced = events.stream().filter(e -> e.getEventType().getName().equals("jdk.FileForce"))
                .filter(e -> e.getString("path").endsWith(".part")).map(RecordedEvent::getEndTime).toList();
        assertTrue(!synced.isEmpty() && synced.stream().allMatch(told::isAfter),
                "synced at " + synced + ", told by " + told);
    }

    @Test
    void shouldLeaveNothingOfADestinationThatNeverReceived() throws Exception {
        try (MigrationDestination destination = MigrationDestination.intoFile(
                MethodRegistry.of(new PlainMethod("plain")),
                MigrationParameters.defaults(), directory.resolve("guest.snap"), false)) {
            destination.listen("tcp:127.0.0.1:0");
            assertEquals(1, files().size());
        }
        assertEquals(List.of(), files());
    }

    /** The file came up while the migration ran: it is not ours to replace. */
    @Test
    void shouldNotReplaceAFileThatCameMeanwhile() throws Exception {
        Path file = directory.resolve("guest.snap");
        try (Pair pair = new Pair()) {
            pair.snapshot = file;
            pair.run(address -> {
                try {
                    Files.writeString(file, "precious");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertFile("file " + file + " exists; choose another name, or --force to replace it",
                    pair.destinationError);
            assertEquals("the destination failed: " + pair.destinationError.getMessage(),
                    pair.sourceError.getMessage());
        }
        assertEquals("precious", Files.readString(file));
        assertEquals(List.of(file), files());
    }
}
