package org.multifd.core.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.core.Eventually;
import org.multifd.core.FileUri;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.PostcopySource;
import org.multifd.core.PostcopyStats;

/** A snapshot is restored on demand into a stock, unpatched QEMU. */
@ParameterizedClass(name = "{0}")
@MethodSource("org.multifd.core.qemu.QemuBinary#all")
@Tag("qemu")
class QemuPostcopyTest extends EachQemu {

    private static final Path UNPRIVILEGED = Path.of("/proc/sys/vm/unprivileged_userfaultfd");
    private static final Pattern BROKEN = Pattern.compile("\"status\": \"(postcopy-paused|completed)\"");
    private static final String PAGE = "restore-on-demand.md";
    /** Long enough for a busy machine to come to the devices. */
    private static final int SILENCE_MILLIS = 20_000;

    /** What was saved by each QEMU, which all tests restore. */
    private static final Map<QemuBinary, Saved> SAVED = new HashMap<>();

    private record Saved(Path file, long passes) {
    }

    @TempDir
    private static Path all;

    private Path shared;
    private Path file;
    private long passes;

    /** Postcopy needs RAM that userfaultfd can serve, and a test needs to see it. */
    @BeforeEach
    void save() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/dev/userfaultfd")) || Files.exists(UNPRIVILEGED)
                && Files.readString(UNPRIVILEGED).strip().equals("1"), "userfaultfd needs root, or sysctl "
                + "vm.unprivileged_userfaultfd=1");
        shared = Files.createTempDirectory(Path.of("/dev/shm"), "multifd");
        if (!SAVED.containsKey(binary)) {
            Path to = all.resolve(binary.version() + ".mig");
            SAVED.put(binary, new Saved(to, QemuSaveAndRestoreTest.save(binary,
                    Files.createDirectory(temp.resolve("source")), to)));
        }
        file = SAVED.get(binary).file();
        passes = SAVED.get(binary).passes();
    }

    @AfterEach
    void delete() throws Exception {
        try (var files = Files.list(shared)) {
            for (Path each : files.toList()) {
                Files.delete(each);
            }
        }
        Files.delete(shared);
    }

    private Qemu waiting(String... more) throws Exception {
        return Qemu.waiting(binary, shared, more);
    }

    private String listen(Qemu qemu) throws Exception {
        String uri = "unix:" + shared.resolve("incoming");
        HowTo.type(qemu, PAGE, "on-demand", Map.of("tcp:127.0.0.1:4444", uri));
        return uri;
    }

    /** Types what a user does when the migration has broken off. */
    private String recover(Qemu qemu, int attempt) throws Exception {
        assertEquals("postcopy-paused", awaitBroken(qemu));
        String uri = "unix:" + shared.resolve("recover" + attempt);
        HowTo.type(qemu, PAGE, "recover", Map.of("tcp:127.0.0.1:4445", uri));
        return uri;
    }

    /** Waits until the destination has found that its source has gone. Returns postcopy-paused or completed. */
    private static String awaitBroken(Qemu qemu) throws Exception {
        while (true) {
            Matcher status = BROKEN.matcher(qemu.ask("query-migrate", "{}"));
            if (status.find()) {
                return status.group(1);
            }
            Thread.sleep(1);
        }
    }

    private PostcopySource.Builder source() {
        return source(Eventually.PATIENT_MILLIS);
    }

    private PostcopySource.Builder source(int timeout) {
        return PostcopySource.builder(MethodRegistry.of(), MigrationParameters.builder().set("timeout", timeout)
                .build(), FileUri.of(file));
    }

    @Test
    void shouldRunTheGuestBeforeItsRamIsThere() throws Exception {
        try (Qemu qemu = waiting(); PostcopySource source = source().build()) {
            PostcopyStats stats = source.migrate(listen(qemu));
            assertEquals("completed", qemu.awaitEnd());
            assertEquals(stats.expectedPages(), stats.pushedPages() + stats.askedPages());
            assertTrue(stats.runningNanos() > 0 && stats.runningNanos() < stats.elapsedNanos(), stats.toString());
            CounterGuest.assertGoesOn(qemu, passes);
        }
    }

    /** Each page is found by the index of the compressed file. */
    @Test
    void shouldRunTheGuestFromACompressedSnapshot() throws Exception {
        Path compressed = temp.resolve("compressed.mig");
        MigrationParameters parameters = MigrationParameters.builder().set("snapshot-compression", "zstd").build();
        try (MigrationDestination convert = MigrationDestination.intoFile(MethodRegistry.load(), parameters, compressed,
                false)) {
            convert.listen("file:" + file);
            convert.receive();
        }
        try (Qemu qemu = waiting(); PostcopySource source = PostcopySource.builder(MethodRegistry.load(),
                MigrationParameters.defaults(), FileUri.of(compressed)).build()) {
            PostcopyStats stats = source.migrate(listen(qemu));
            assertEquals("completed", qemu.awaitEnd());
            assertEquals(stats.expectedPages(), stats.pushedPages() + stats.askedPages());
            CounterGuest.assertGoesOn(qemu, passes);
        }
    }

    /** The guest counts on while most of its RAM is in the file, and again behind a break. */
    @Test
    void shouldGoOnBehindABreak() throws Exception {
        try (Qemu qemu = waiting(); PostcopySource first = source().maxPostcopyBandwidth(2_000).build();
                PostcopySource second = source().resume(true).build()) {
            String uri = listen(qemu);
            CompletableFuture<PostcopyStats> migration = migrate(first, uri);
            assertTrue(Long.parseLong(qemu.serialLine(), 16) > 0);
            qemu.serialLine();
            PostcopyStats running = first.stats();
            assertTrue(running.pushedPages() + running.askedPages() < running.expectedPages(), running.toString());
            first.cancel();
            MigrationException error = (MigrationException) assertThrows(CompletionException.class, migration::join)
                    .getCause();
            assertEquals("the guest is at the destination and waits there for the rest of its RAM (migration "
                    + "cancelled): enter migrate-recover at its monitor, then repeat this command with --resume; do "
                    + "not start the guest anywhere else", error.getMessage());
            PostcopyStats stats = second.migrate(recover(qemu, 0));
            assertEquals("completed", qemu.awaitEnd());
            assertTrue(stats.presentPages() > 0, stats.toString());
            assertGoesOn(qemu);
        }
    }

    private static CompletableFuture<PostcopyStats> migrate(PostcopySource source, String uri) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return source.migrate(uri);
            } catch (MigrationException e) {
                throw new CompletionException(e);
            }
        });
    }

    /** It prints two more numbers, the second one greater, and its RAM is consistent. */
    private void assertGoesOn(Qemu qemu) throws Exception {
        qemu.serialLine();
        long one = Long.parseLong(qemu.serialLine(), 16);
        long two = Long.parseLong(qemu.serialLine(), 16);
        assertTrue(one > passes && two > one, passes + " " + one + " " + two);
        qemu.execute("stop", "{}");
        byte[] image = qemu.ram();
        CounterGuest.assertConsistent(image);
        assertTrue(CounterGuest.passes(image) >= two, CounterGuest.passes(image) + " passes in RAM");
    }

    /** Killed once and again at any moment after the guest runs, and resumed until it is complete. */
    @ParameterizedTest
    @MethodSource("seeds")
    void shouldSurviveKilledSources(long seed) throws Exception {
        Random random = new Random(seed);
        try (Qemu qemu = waiting()) {
            String uri = listen(qemu);
            for (int attempt = 0; attempt < 3; attempt++) {
                try (SendProcess send = new SendProcess(temp, 30_000, attempt > 0, file, uri)) {
                    assertTrue(send.awaitRunning(), send.errors());
                    Thread.sleep(random.nextInt(300));
                    send.kill();
                }
                if (awaitBroken(qemu).equals("completed")) {
                    break; // killed behind the end
                }
                uri = recover(qemu, attempt);
            }
            if (!awaitBroken(qemu).equals("completed")) {
                try (PostcopySource last = source().resume(true).build()) {
                    last.migrate(uri);
                }
            }
            assertEquals("completed", qemu.awaitEnd());
            assertGoesOn(qemu);
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, "all".equals(System.getProperty("multifd.faults")) ? 50 : 1);
    }

    @Test
    void shouldSayWhatAQemuWithoutTheCapabilityNeeds() throws Exception {
        try (Qemu qemu = waiting(); PostcopySource source = source().build()) {
            MigrationException error = assertThrows(MigrationException.class, () -> source.migrate(qemu.listen()));
            assertEquals(Kind.PEER, error.kind());
            assertTrue(error.getMessage().endsWith("; see the destination's own message: it took the machine type "
                    + binary.machine() + " and refused postcopy: it needs the capability postcopy-ram, RAM in "
                    + "anonymous or shared memory without huge pages, and userfaultfd (as root, or with sysctl "
                    + "vm.unprivileged_userfaultfd=1)"), error.getMessage());
        }
    }

    @Test
    void shouldSayWhichDevicesAQemuNeeds() throws Exception {
        Path with = temp.resolve("with-device.mig");
        try (Qemu qemu = Qemu.counting(binary, Files.createDirectory(temp.resolve("device")), "-device",
                "virtio-rng-pci"); MigrationDestination destination = MigrationDestination.intoFile(
                MethodRegistry.load(), MigrationParameters.defaults(), with, false)) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = QemuSourceTest.receive(destination);
            qemu.configure("none", 2, true);
            qemu.migrate(uri);
            received.get();
        }
        file = with;
        // an 11.1 falls silent, which ends by the timeout alone
        try (Qemu qemu = waiting(); PostcopySource source = source(SILENCE_MILLIS).build()) {
            MigrationException error = assertThrows(MigrationException.class, () -> source.migrate(listen(qemu)));
            String needs = "it needs the snapshot's \\d+ devices, among them .*virtio-rng";
            assertTrue(error.getMessage().matches(error.kind() == Kind.UNKNOWN
                    ? "the destination did not say whether the guest runs there \\(.*\\): if it has ended the guest "
                    + "runs nowhere, see the destination's own message: " + needs + "; if it says postcopy-paused, "
                    + "enter migrate-recover .*" // 7.2 exits without a word
                    : "the destination has given up \\(.*\\): its guest has not run; " + needs), error.getMessage());
        }
    }
}
