package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.DirtyBitmap;
import org.multifd.core.Guest;
import org.multifd.core.GuestRam;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.MigrationStats;
import org.multifd.core.RamSupplier;

/**
 * Commands that are killed, with no chance to tidy up: no file that looks whole and is not, and the peers end clearly.
 */
@Timeout(600)
class KilledTest {

    private static final boolean ALL = "all".equals(System.getProperty("multifd.faults"));
    private static final int KILLS = ALL ? 100 : 4;
    private static final int LENGTH = 8 << 20;
    private static final int PAGE = 4096;
    private static final int BYTES_PER_SECOND = 10_000_000;
    /** In the first half of what takes four seconds: the rest would have to pass before the kill does. */
    private static final int SLOW_BYTES_PER_SECOND = 1_000_000;
    private static final Guest STOPPED = new Guest() {

        @Override
        public void pause() {
            // It never runs.
        }

        @Override
        public void resume() {
            // It never runs.
        }
    };
    /** What a peer says of a connection that is gone, whichever it was and wherever. */
    private static final String GONE = "multifd: (the destination failed: )?(main channel(:| from source .*:| to "
            + "destination .*:)|channel \\d+(, packet \\d+( (from|to) the (source|destination))?)?:|return path:)?"
            + " ?(connection closed by the peer.*|Connection reset.*|Broken pipe.*|received end of stream before the "
            + "SYNC of mark .*|closed (in the middle of the migration|without a word that the guest is loaded); see "
            + "the destination's own message(: it needs .*)?|the destination did not confirm that all was loaded)\\R";

    @TempDir
    Path directory;

    private final GuestRam ram = GuestRam.builder(PAGE).block("pc.ram", LENGTH).build();

    private void fill(SplittableRandom random) {
        byte[] page = new byte[PAGE];
        for (int at = 0; at < LENGTH; at += 2 * PAGE) {
            random.nextBytes(page);
            ram.write("pc.ram", at, ByteBuffer.wrap(page));
        }
    }

    /** Killed anywhere between its first byte and its last word, or a moment after it: seeds say where. */
    @Test
    void shouldNeverLeaveAFileThatIsNotWhole() throws Exception {
        int whole = 0;
        int none = 0;
        for (int seed = 0; seed < KILLS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            fill(random);
            Path place = Files.createDirectory(directory.resolve("kill" + seed));
            Path file = place.resolve("guest.snap");
            boolean completed = killOnce(file, random, seed);
            if (Files.exists(file)) {
                whole++;
                assertWhole(file, "seed " + seed);
            } else {
                none++;
                assertTrue(!completed, "seed " + seed + ": the source was told that all is on the disk");
            }
            delete(place);
        }
        assertEquals(KILLS, whole + none);
        Files.writeString(Files.createDirectories(Path.of("target", "faults")).resolve("kills.txt"), KILLS
                + " times killed: " + whole + " whole files, " + none + " times none\n");
        assertTrue(none > 0 && whole > 0, whole + " whole files, " + none + " times none");
    }

    /** Whether the source was told that all arrived. */
    private boolean killOnce(Path file, SplittableRandom random, int seed) throws Exception {
        // Every third one for certain in the middle, every third one between the last page and the end.
        boolean early = seed % 3 == 0;
        boolean late = seed % 3 == 2;
        MigrationParameters parameters = MigrationParameters.builder()
                .set("max-bandwidth", early ? SLOW_BYTES_PER_SECOND : BYTES_PER_SECOND).set("multifd-channels", 1
                + seed % 3).build();
        try (Spawned receive = new Spawned(directory, "receive", "tcp:127.0.0.1:0", "file:" + file,
                "--snapshot-compression", seed % 2 == 0 ? "none" : "zstd")) {
            MigrationSource source = new MigrationSource(MethodRegistry.load(), parameters, ram, new DirtyBitmap(ram),
                    STOPPED);
            String address = receive.address();
            CompletableFuture<Boolean> sent = new CompletableFuture<>();
            new Thread(() -> {
                try {
                    sent.complete(migrates(source, address));
                } catch (RuntimeException | Error e) {
                    sent.completeExceptionally(e);
                }
            }, "source").start();
            long pages = random.nextLong(LENGTH / PAGE / (early ? 4 : 2) + 1);
            while (receive.runs() && source.stats().normalPages() < (late ? LENGTH / PAGE / 2 : pages)
                    && !sent.isDone()) {
                Thread.onSpinWait();
            }
            while (late && seed % 2 == 0 && receive.runs() && !Files.exists(file) && !sent.isDone()) {
                Thread.onSpinWait();
            }
            receive.kill();
            return sent.get();
        }
    }

    private static boolean migrates(MigrationSource source, String address) {
        try {
            return source.migrate(address).state() == MigrationStats.State.COMPLETED;
        } catch (MigrationException e) {
            return false;
        }
    }

    private void assertWhole(Path file, String which) throws Exception {
        Run inspected = Run.of("inspect", "--check", "file:" + file);
        assertEquals(0, inspected.code(), which + ": " + inspected.err());
        GuestRam back = GuestRam.builder(PAGE).block("pc.ram", LENGTH).build();
        try (MigrationDestination destination = new MigrationDestination(MethodRegistry.load(),
                MigrationParameters.defaults(), RamSupplier.into(back))) {
            String address = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<Void> received = new CompletableFuture<>();
            new Thread(() -> {
                try {
                    destination.receive();
                    received.complete(null);
                } catch (MigrationException | RuntimeException | Error e) {
                    received.completeExceptionally(e);
                }
            }, "destination").start();
            MigrationSource.fromFile(MethodRegistry.load(), MigrationParameters.defaults(), file).migrate(address);
            received.get();
        }
        assertArrayEquals(bytes(ram), bytes(back), which);
    }

    private static byte[] bytes(GuestRam of) {
        byte[] bytes = new byte[LENGTH];
        of.read("pc.ram", 0, ByteBuffer.wrap(bytes));
        return bytes;
    }

    private static void delete(Path place) throws IOException {
        List<Path> files;
        try (Stream<Path> list = Files.list(place)) {
            files = list.toList();
        }
        for (Path each : files) {
            Files.delete(each);
        }
        Files.delete(place);
    }

    private static void assertEndsClearly(Spawned peer) throws Exception {
        int code = peer.code();
        String errors = peer.errors();
        assertTrue(errors.matches(GONE), errors);
        // A connection that is gone, or a stream that therefore has not come to its end.
        assertEquals(errors.contains("end of stream") ? 4 : 3, code, errors);
    }

    /** Waits until pages are being written into the unfinished file. */
    private void awaitPages(Spawned receive, Path place) throws IOException {
        while (receive.runs()) {
            try (Stream<Path> list = Files.list(place)) {
                if (list.anyMatch(file -> file.toFile().length() > PAGE)) {
                    return;
                }
            }
            LockSupport.parkNanos(1_000_000);
        }
        throw new IllegalStateException(receive.errors());
    }

    /**
     * Ctrl-C at any of the three in the middle of a migration: it says so, and leaves nothing; its peers end clearly.
     */
    @ParameterizedTest
    @ValueSource(strings = {"receive", "relay", "send"})
    void shouldEndInOneLineWhenInterrupted(String interrupted) throws Exception {
        Path place = Files.createDirectory(directory.resolve("arriving"));
        Path snapshot = Recorded.snapshot(directory);
        try (Spawned receive = new Spawned(directory, "receive", "tcp:127.0.0.1:0", "file:"
                + place.resolve("guest.snap"));
                Spawned relay = new Spawned(directory, "relay", "--once", "tcp:127.0.0.1:0", receive.address());
                Spawned send = new Spawned(directory, "send", "--max-bandwidth", "100000", "file:" + snapshot,
                        relay.address())) {
            awaitPages(receive, place);
            Map<String, Spawned> commands = Map.of("receive", receive, "relay", relay, "send", send);
            commands.get(interrupted).interrupt();
            for (Map.Entry<String, Spawned> each : commands.entrySet()) {
                if (each.getKey().equals(interrupted)) {
                    assertEquals(Kind.INTERRUPTED.exitCode(), each.getValue().code(), each.getValue().errors());
                    assertEquals("multifd: interrupted" + System.lineSeparator(), each.getValue().errors());
                } else {
                    assertTrue(each.getValue().code() != 0, each.getKey() + " has not noticed");
                    // where all takes long a line of progress may have come before
                    assertEquals(1, each.getValue().errors().lines().filter(line -> line.startsWith("multifd: "))
                            .count(), each.getValue().errors());
                }
            }
        }
        assertEquals(0, Files.list(place).count(), "left behind");
    }

    @Test
    void shouldEndReceiveWhenSendIsKilled() throws Exception {
        Path place = Files.createDirectory(directory.resolve("arriving"));
        Path snapshot = Recorded.snapshot(directory);
        try (Spawned receive = new Spawned(directory, "receive", "tcp:127.0.0.1:0", "file:"
                + place.resolve("guest.snap"));
                Spawned send = new Spawned(directory, "send", "--max-bandwidth", "100000", "file:" + snapshot,
                        receive.address())) {
            awaitPages(receive, place);
            send.kill();
            assertEndsClearly(receive);
        }
        assertEquals(0, Files.list(place).count(), "left behind");
    }

    @Test
    void shouldEndSendWhenReceiveIsKilled() throws Exception {
        Path place = Files.createDirectory(directory.resolve("arriving"));
        Path snapshot = Recorded.snapshot(directory);
        try (Spawned receive = new Spawned(directory, "receive", "tcp:127.0.0.1:0", "file:"
                + place.resolve("guest.snap"));
                Spawned send = new Spawned(directory, "send", "--max-bandwidth", "100000", "file:" + snapshot,
                        receive.address())) {
            awaitPages(receive, place);
            receive.kill();
            assertEndsClearly(send);
        }
    }

    @Test
    void shouldEndRelayAndSendWhenReceiveIsKilled() throws Exception {
        Path place = Files.createDirectory(directory.resolve("arriving"));
        Path snapshot = Recorded.snapshot(directory);
        try (Spawned receive = new Spawned(directory, "receive", "tcp:127.0.0.1:0", "file:"
                + place.resolve("guest.snap"));
                Spawned relay = new Spawned(directory, "relay", "--once", "--multifd-compression", "lz4",
                        "tcp:127.0.0.1:0", receive.address());
                Spawned send = new Spawned(directory, "send", "--max-bandwidth", "100000", "file:" + snapshot,
                        relay.address())) {
            awaitPages(receive, place);
            receive.kill();
            assertEndsClearly(relay);
            assertEndsClearly(send);
        }
    }

    @Test
    void shouldEndBothPeersWhenTheRelayIsKilled() throws Exception {
        Path place = Files.createDirectory(directory.resolve("arriving"));
        Path snapshot = Recorded.snapshot(directory);
        try (Spawned receive = new Spawned(directory, "receive", "tcp:127.0.0.1:0", "file:"
                + place.resolve("guest.snap"));
                Spawned relay = new Spawned(directory, "relay", "--multifd-compression", "lz4", "tcp:127.0.0.1:0",
                        receive.address());
                Spawned send = new Spawned(directory, "send", "--max-bandwidth", "100000", "file:" + snapshot,
                        relay.address())) {
            awaitPages(receive, place);
            relay.kill();
            assertEndsClearly(send);
            assertEndsClearly(receive);
        }
        assertEquals(0, Files.list(place).count(), "left behind");
    }
}
