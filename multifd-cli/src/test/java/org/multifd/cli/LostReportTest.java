package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.multifd.core.FileUri;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.RamSupplier;

/**
 * Commands in processes of their own whose reports cannot be written: the migration goes on, the exit code tells of it.
 */
class LostReportTest {

    private static final String NOTE = "multifd: standard output could not be written; the work goes on without its "
            + "report, is there space?";

    /** What becomes of a command's two streams. */
    enum Loss {
        OUTPUT_FULL(">/dev/full"), READER_GONE(""), ERRORS_FULL("2>/dev/full"), LOG_FULL(">/dev/full 2>&1");

        private final String redirection;

        Loss(String redirection) {
            this.redirection = redirection;
        }
    }

    @TempDir
    Path directory;

    /** Runs the command; of what it prints at most one line is read. Returns its exit code. */
    private int run(Loss loss, Runnable meanwhile, String... args) throws Exception {
        Process process = start(loss, args);
        try {
            readOneLine(loss, process);
            meanwhile.run();
            return process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start(Loss loss, String... args) throws IOException {
        assumeTrue(Files.exists(Path.of("/dev/full")), "/dev/full");
        List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" " + loss.redirection, "sh"));
        command.addAll(Spawned.command(args));
        return new ProcessBuilder(command).redirectError(errors().toFile()).start();
    }

    private Path errors() {
        return directory.resolve("errors");
    }

    private static void readOneLine(Loss loss, Process process) throws IOException {
        if (loss == Loss.READER_GONE) {
            try (BufferedReader out = process.inputReader()) {
                out.readLine();
            }
        }
    }

    /**
     * Without the one note that says that the report is lost, which is missing where nothing was to be said, or could
     * be.
     */
    private void assertNoted(Loss loss) throws IOException {
        List<String> notes = Files.readString(errors()).lines().filter(line -> line.startsWith("multifd: ")).toList();
        assertEquals(loss == Loss.OUTPUT_FULL ? List.of(NOTE) : List.of(), notes);
    }

    private static <T> CompletableFuture<T> async(Callable<T> work) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return work.call();
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
    }

    private static MigrationDestination destination() {
        return new MigrationDestination(MethodRegistry.load(), MigrationParameters.builder().build(),
                RamSupplier.allocating(64 << 20));
    }

    private static void assertArrived(MigrationDestination destination) throws Exception {
        ByteBuffer image = ByteBuffer.allocate(16 << 20);
        destination.ram().read("pc.ram", 0, image);
        assertEquals(Recorded.md5(), HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(image.array())));
    }

    /** Sends a snapshot from this process; slowly enough that progress is told. */
    private static void send(Path snapshot, String to, int bytesPerSecond) throws MigrationException {
        MigrationParameters parameters = MigrationParameters.builder().set("max-bandwidth", bytesPerSecond).build();
        MigrationSource.fromFile(MethodRegistry.load(), parameters, FileUri.parse("file:" + snapshot)).migrate(to);
    }

    private static void awaitSocket(Path socket) {
        while (!Files.exists(socket)) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldSendAllTheSame(Loss loss) throws Exception {
        Path snapshot = Recorded.snapshot(directory);
        try (MigrationDestination destination = destination()) {
            String address = destination.listen("unix:" + directory.resolve("socket"));
            CompletableFuture<?> received = async(destination::receive);
            assertEquals(0, run(loss, () -> { }, "send", "-v", "--json", "--max-bandwidth", "500K", "file:" + snapshot,
                    address));
            received.get();
            assertArrived(destination);
            assertNoted(loss);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldReceiveAllTheSame(Loss loss) throws Exception {
        Path snapshot = Recorded.snapshot(directory);
        Path socket = directory.resolve("socket");
        Path file = directory.resolve("received");
        CompletableFuture<Object> sent = async(() -> {
            awaitSocket(socket);
            send(snapshot, "unix:" + socket, 500_000);
            return null;
        });
        assertEquals(0, run(loss, () -> { }, "receive", "-v", "--json", "unix:" + socket, "file:" + file));
        sent.get();
        assertNoted(loss);
        try (MigrationDestination destination = destination()) {
            String address = destination.listen("unix:" + directory.resolve("again"));
            CompletableFuture<?> received = async(destination::receive);
            send(file, address, 0);
            received.get();
            assertArrived(destination);
        }
    }

    /** One migration after another, until it is interrupted. */
    @ParameterizedTest
    @EnumSource
    void shouldRelayAllTheSame(Loss loss) throws Exception {
        Path snapshot = Recorded.snapshot(directory);
        Path in = directory.resolve("in");
        Path out = directory.resolve("out");
        Process process = start(loss, "relay", "-v", "--json", "--multifd-compression", "zstd", "unix:" + in, "unix:"
                + out);
        try {
            readOneLine(loss, process);
            awaitSocket(in);
            for (int i = 0; i < 2; i++) {
                try (MigrationDestination destination = destination()) {
                    destination.listen("unix:" + out);
                    CompletableFuture<?> received = async(destination::receive);
                    send(snapshot, "unix:" + in, 500_000);
                    received.get();
                    assertArrived(destination);
                }
            }
            assertTrue(process.isAlive(), Files.readString(errors()));
            new ProcessBuilder("kill", "-TERM", Long.toString(process.pid())).start().waitFor();
            assertEquals(143, process.waitFor());
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldDemonstrateAllTheSameUnlessNobodyReads(Loss loss) throws Exception {
        int expected = loss == Loss.READER_GONE ? 141 : 0;
        assertEquals(expected, run(loss, () -> { }, "demo", "-v", "--size", "1M", "--json"));
        assertNoted(loss);
    }

    @Test
    void shouldTellOfTheMigrationThatFailedThoughItsReportIsLost() throws Exception {
        assertEquals(3, run(Loss.LOG_FULL, () -> { }, "send", "--json", "file:" + Recorded.snapshot(directory),
                "unix:" + directory.resolve("nobody")));
    }
}
