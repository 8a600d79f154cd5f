package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.MigrationException.Kind;

/** A running guest into a compressed file, by each way there is, and back. */
class CompressedSnapshotTest {

    private static final byte[] STATE = {2, 7, 1, 8};

    @TempDir
    Path directory;

    private final MethodRegistry methods = MethodRegistry.load();

    private List<Path> files() throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.toList();
        }
    }

    private static MigrationParameters.Builder parameters(int channels) {
        return MigrationParameters.builder().set("multifd-channels", channels);
    }

    private MigrationDestination load(String uri, int channels) throws MigrationException {
        try (MigrationDestination destination = new MigrationDestination(methods, parameters(channels).build(),
                RamSupplier.allocating(1 << 30))) {
            destination.listen(uri);
            destination.receive();
            return destination;
        }
    }

    private void convert(String from, FileUri to, String compression, int channels) throws MigrationException {
        try (MigrationDestination destination = MigrationDestination.intoFile(methods, parameters(channels)
                .set("snapshot-compression", compression).build(), to, false)) {
            destination.listen(from);
            destination.receive();
        }
    }

    /** Sends a file to a destination in memory. */
    private MigrationStats send(Path file, String method, int channels, String zeroPages, MigrationDestination to)
            throws Exception {
        String uri = to.listen("tcp:127.0.0.1:0");
        CompletableFuture<MigrationStats> received = MigrationTest.receive(to);
        MigrationStats sent = MigrationSource.fromFile(methods, parameters(channels)
                .set("multifd-compression", method).set("zero-page-detection", zeroPages).build(), file).migrate(uri);
        received.get();
        return sent;
    }

    private MigrationDestination memory() {
        return new MigrationDestination(methods, MigrationParameters.defaults(), RamSupplier.allocating(1 << 30));
    }

    @ParameterizedTest
    @CsvSource({"zstd,1,4096,multifd", "zstd:3,4,4096,none", "lz4,2,65536,legacy", "zlib:1,3,16384,multifd"})
    void shouldKeepARunningGuestOfAProgram(String compression, int channels, int pageSize, String zeroPages)
            throws Exception {
        Path file = directory.resolve("guest.snap");
        String uri = "file:" + file;
        try (TestGuest guest = new TestGuest(TestGuest.ram(pageSize, 6 << 20, 192 << 10), 7, STATE).start()) {
            MigrationStats saved = new MigrationSource(methods, parameters(channels)
                    .set("snapshot-compression", compression).set("zero-page-detection", zeroPages)
                    .build(), guest.ram, guest.log, guest).migrate(uri);
            assertEquals(compression.replaceAll(":.*", ""), saved.method());
            assertTrue(saved.rounds() >= 2, saved.toString());
            assertEquals(List.of(file), files());
            assertEquals(Files.size(file), saved.wireBytes(), "what is written is what is there");
            SnapshotInfo info = SnapshotInfo.read(file);
            assertEquals(saved.method(), info.compression());
            assertEquals(Files.size(file), info.streamBytes());
            for (int readers : new int[] {1, 5}) {
                MigrationDestination loaded = load(uri, readers);
                MigrationTest.assertSame(guest.ram, loaded.ram());
                assertArrayEquals(STATE, loaded.deviceState());
                assertEquals(saved.method(), loaded.stats().method());
                assertEquals(guest.ram.length(), (loaded.stats().normalPages() + loaded.stats().zeroPages())
                        * pageSize);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"zstd,zstd,1,multifd", "none,zstd,3,legacy", "zlib,zlib:9,2,multifd", "lz4,lz4,4,none"})
    void shouldReceiveARunningGuestAndSendIt(String method, String compression, int channels, String zeroPages)
            throws Exception {
        Path file = directory.resolve("guest.snap");
        try (TestGuest guest = new TestGuest(TestGuest.ram(4096, 3 << 20, 4096 * 67), channels, STATE).start();
                MigrationDestination destination = MigrationDestination.intoFile(methods, MigrationParameters.builder()
                        .set("snapshot-compression", compression).build(), file, false)) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            new MigrationSource(methods, parameters(channels).set("multifd-compression", method)
                    .set("zero-page-detection", zeroPages).build(), guest.ram, guest.log, guest).migrate(uri);
            received.get();
            assertEquals(List.of(file), files());
            for (String with : List.of("zstd", "lz4", "none", "zlib")) {
                for (String how : List.of("multifd", "legacy", "none")) {
                    try (MigrationDestination memory = memory()) {
                        MigrationStats sent = send(file, with, channels, how, memory);
                        MigrationTest.assertSame(guest.ram, memory.ram());
                        assertArrayEquals(STATE, memory.deviceState());
                        assertEquals(guest.ram.length() / 4096, sent.normalPages() + sent.zeroPages(), "each once");
                        assertEquals("legacy".equals(how) && !"none".equals(zeroPages), sent.zeroPagesOnMain() > 0);
                    }
                }
            }
        }
    }

    /** A guest at rest: all pages of each frame count. */
    private Path rest(GuestRam ram, String compression) throws MigrationException {
        Path file = directory.resolve("rest.snap");
        TestGuest guest = new TestGuest(ram, 3, STATE);
        new MigrationSource(methods, parameters(2).set("snapshot-compression", compression).build(), ram, guest.log,
                guest).migrate("file:" + file);
        return file;
    }

    private long codecNanos(MigrationStats stats) {
        return stats.channels().stream().mapToLong(MigrationStats.Channel::codecNanos).sum();
    }

    private long payloads(MigrationStats stats) {
        return stats.channels().stream().mapToLong(MigrationStats.Channel::payloadBytes).sum();
    }

    @ParameterizedTest
    @CsvSource({"zstd,zstd,true", "lz4,lz4,true", "zlib,zlib,false", "zstd,lz4,false", "lz4,none,false"})
    void shouldPassPayloadsOnWhereTheyAreLegal(String compression, String method, boolean passed) throws Exception {
        GuestRam ram = TestGuest.ram(4096, 4 << 20);
        Path file = rest(ram, compression);
        try (MigrationDestination memory = memory()) {
            MigrationStats sent = send(file, method, 2, "multifd", memory);
            MigrationTest.assertSame(ram, memory.ram());
            assertEquals(passed, codecNanos(sent) == 0, "no method is asked");
            SnapshotInfo info = SnapshotInfo.read(file);
            assertEquals(0, info.deadBytes());
            if (passed) {
                assertTrue(payloads(sent) < info.fileBytes() && payloads(sent) > info.fileBytes() * 9 / 10,
                        sent.toString());
            }
        }
    }

    /** The file stays for CI, which has it checked by zstd's own command as well. */
    @Test
    void shouldBeFramesThatZstdChecks() throws Exception {
        Path file = Files.createDirectories(Path.of(System.getProperty("basedir", "."), "target", "recorded"))
                .resolve("compressed-snapshot.mig");
        Files.deleteIfExists(file);
        try (TestGuest guest = new TestGuest(TestGuest.ram(4096, 6 << 20, 192 << 10), 7, STATE).start()) {
            new MigrationSource(methods, parameters(3).set("snapshot-compression", "zstd").build(), guest.ram,
                    guest.log, guest).migrate("file:" + file);
        }
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/zstd")), "there is no command zstd");
        Process zstd = new ProcessBuilder("/usr/bin/zstd", "-t", file.toString()).redirectErrorStream(true).start();
        String said = new String(zstd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, zstd.waitFor(), said);
    }

    @Test
    void shouldMakePayloadsAnewWithAParameterThatWasGiven() throws Exception {
        GuestRam ram = TestGuest.ram(4096, 1 << 20);
        Path file = rest(ram, "zstd");
        try (MigrationDestination memory = memory()) {
            String uri = memory.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = MigrationTest.receive(memory);
            MigrationStats sent = MigrationSource.fromFile(methods, parameters(2).set("multifd-compression", "zstd")
                    .set("multifd-zstd-level", 7).build(), file).migrate(uri);
            received.get();
            assertTrue(codecNanos(sent) > 0);
            MigrationTest.assertSame(ram, memory.ram());
        }
    }

    @ParameterizedTest
    @CsvSource({"zstd,none", "none,zstd:1", "zstd,zstd:9", "lz4,zlib", "zlib,lz4"})
    void shouldConvertAndDropDeadBytes(String from, String to) throws Exception {
        Path first = directory.resolve("first");
        Path second = directory.resolve("second");
        Path third = directory.resolve("third");
        try (TestGuest guest = new TestGuest(TestGuest.ram(4096, 6 << 20, 192 << 10), 7, STATE).start()) {
            new MigrationSource(methods, parameters(3).set("snapshot-compression", from).build(), guest.ram, guest.log,
                    guest).migrate("file:" + first);
            convert("file:" + first, FileUri.of(second), to, 2);
            assertEquals(0, SnapshotInfo.read(second).deadBytes());
            assertEquals(to.replaceAll(":.*", ""), SnapshotInfo.read(second).compression());
            MigrationTest.assertSame(guest.ram, load("file:" + second, 3).ram());
            FileUri behind = new FileUri(third, 10_000);
            convert("file:" + second, behind, from, 1);
            MigrationDestination loaded = load(behind.toString(), 2);
            MigrationTest.assertSame(guest.ram, loaded.ram());
            assertArrayEquals(STATE, loaded.deviceState());
        }
    }

    @Test
    void shouldNotConvertAFileIntoItself() throws Exception {
        Path file = rest(TestGuest.ram(4096, 1 << 20), "zstd");
        try (MigrationDestination destination = MigrationDestination.intoFile(methods, MigrationParameters.defaults(),
                new FileUri(file, 100), true)) {
            MigrationException e = assertThrows(MigrationException.class, () -> destination.listen("file:" + file));
            assertEquals(Kind.USAGE, e.kind());
            assertEquals("file: received " + file + " to read from and to write to, expected two files; write into "
                    + "another one", e.getMessage());
        }
        assertEquals("zstd", SnapshotInfo.read(file).compression(), "it is as it was");
    }

    @Test
    void shouldSayWhatCannotCompress() throws Exception {
        assertEquals("snapshot-compression: received \"zstd:\", expected a method's name, or NAME:LEVEL such as zstd:3",
                assertThrows(IllegalArgumentException.class, () -> parameters(1).set("snapshot-compression", "zstd:")
                        .build()).getMessage());
        MigrationException e = assertThrows(MigrationException.class,
                () -> convert("file:" + directory.resolve("none"), FileUri.of(directory.resolve("to")), "zstd", 1));
        assertEquals(Kind.FILE, e.kind());
        Path file = rest(TestGuest.ram(4096, 1 << 20), "zstd");
        MethodRegistry plain = MethodRegistry.of(new PlainMethod("plain"));
        try (MigrationDestination destination = MigrationDestination.intoFile(plain,
                MigrationParameters.builder().set("snapshot-compression", "plain").build(), directory.resolve("to"),
                false)) {
            e = assertThrows(MigrationException.class, () -> destination.listen("tcp:127.0.0.1:0"));
            assertTrue(e.getMessage().matches("snapshot-compression: method plain of .*: its packets do not stand "
                    + "alone, expected a method whose packets do"), e.getMessage());
        }
        try (MigrationDestination destination = new MigrationDestination(plain, MigrationParameters.defaults(),
                RamSupplier.allocating(1 << 30))) {
            e = assertThrows(MigrationException.class, () -> destination.listen("file:" + file));
            assertEquals(Kind.METHOD, e.kind());
            assertTrue(e.getMessage().startsWith(file + ": method zstd: "), e.getMessage());
        }
        assertEquals(List.of(file), files());
    }
}
