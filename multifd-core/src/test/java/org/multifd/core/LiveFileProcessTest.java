package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Live memory into a file by a process that runs out of space, or is killed in the middle. */
class LiveFileProcessTest {

    private static final String HEADER = "a program's own header";

    @TempDir
    Path directory;

    /**
     * The process: its uri, its file, the file's beginning if it is to have one, bytes per second; then it says what is
     * there.
     */
    static final class Saver {

        private Saver() {
        }

        public static void main(String[] args) throws Exception {
            Path file = Path.of(args[1]);
            if (!args[2].isEmpty()) {
                Files.writeString(file, args[2]);
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----")); // no warning
            }
            TestGuest guest = new TestGuest(TestGuest.ram(4096, 24 << 20), 3, new byte[0]);
            guest.log.mark("block0", 4096, 1);
            MigrationParameters parameters = MigrationParameters.builder().set("multifd-channels", 4)
                    .set("max-bandwidth", args[3]).build();
            MigrationSource source = new MigrationSource(MethodRegistry.of(), parameters, guest.ram, guest.log, guest);
            Thread watch = new Thread(() -> {
                while (source.stats().normalPages() < 500) {
                    Thread.onSpinWait();
                }
                System.out.println("writing");
            });
            watch.setDaemon(true);
            watch.start();
            try {
                source.migrate(args[0]);
                System.out.println("saved");
            } catch (MigrationException e) {
                watch.join();
                System.out.println(e.kind() + " " + e.getMessage());
            }
            BitSet marks = new BitSet();
            guest.log.getAndClear("block0", marks);
            System.out.println(marks);
            try (Stream<Path> files = Files.list(file.getParent())) {
                System.out.println(files.toList());
            }
            System.out.println(Files.exists(file) ? Files.readString(file) : "nothing");
        }
    }

    private Path file() {
        return directory.resolve("guest.snap");
    }

    private String uri(boolean offset) {
        return "file:" + file() + (offset ? ",offset=" + HEADER.length() : "");
    }

    private List<String> saver(boolean offset, long bandwidth) {
        return FullDiskTest.java(Saver.class, uri(offset), file().toString(), offset ? HEADER : "",
                Long.toString(bandwidth));
    }

    private void assertFails(List<String> command, boolean offset, String message) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader out = process.inputReader()) {
            assertEquals(List.of("writing", "FILE " + message, "{1}", offset ? "[" + file() + "]" : "[]",
                    offset ? HEADER : "nothing"), out.lines().toList());
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSayThatTheDiskIsFull(boolean offset) throws Exception {
        assertFails(FullDiskTest.onSmallDisk(directory, saver(offset, 0)), offset, "no space left on " + directory
                + " for guest.snap; free some, or choose another file system");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSayThatTheFileMayNotGrow(boolean offset) throws Exception {
        assertFails(FullDiskTest.withSmallFiles(saver(offset, 0)), offset, "cannot write " + file()
                + ": File too large; check the disk and the limits, or choose another file system");
    }

    private void kill(boolean offset) throws Exception {
        Process process = new ProcessBuilder(saver(offset, 4_000_000)).redirectErrorStream(true).start();
        try (BufferedReader out = process.inputReader()) {
            assertEquals("writing", out.readLine());
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void shouldHaveNoFileOfThatNameWhenKilled() throws Exception {
        kill(false);
        assertTrue(Files.notExists(file()));
    }

    @Test
    void shouldHaveNoSnapshotBehindTheHeaderWhenKilled() throws Exception {
        kill(true);
        assertTrue(Files.size(file()) > 1 << 20, "pages were written");
        byte[] all = Files.readAllBytes(file());
        assertEquals(HEADER, new String(all, 0, HEADER.length(), StandardCharsets.US_ASCII));
        assertEquals(file() + ": received magic 0x00000000, expected 0x5145564d; there are only zeros; the "
                + "snapshot was not written to its end, or its beginning is lost",
                assertThrows(MigrationException.class, () -> SnapshotInfo.read(FileUri.parse(uri(true)))).getMessage());
    }
}
