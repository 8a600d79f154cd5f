package org.multifd.core.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.multifd.core.Eventually;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.internal.snapshot.PlainSnapshot;

/** One replay into a file, of whose channels and method nothing is said. */
final class SnapshotReplay {

    private static final MethodRegistry METHODS = MethodRegistry.load();

    final MigrationParameters.Builder parameters = MigrationParameters.builder().set("timeout",
            Eventually.PATIENT_MILLIS);
    final List<Replayer.Connection> connections = new ArrayList<>();
    final Path directory;
    final Path file;
    MigrationStats stats;
    MigrationException error;

    SnapshotReplay(Path directory) {
        this.directory = directory;
        this.file = directory.resolve("guest.snap");
    }

    SnapshotReplay(Recorded recorded, Path directory) {
        this(directory);
        recorded.connections().forEach(bytes -> connections.add(new Replayer.Connection(bytes, true)));
    }

    SnapshotReplay set(String name, Object value) {
        parameters.set(name, value);
        return this;
    }

    /** Another content for one connection: 0 is main, then the channels in the order in which they arrived. */
    SnapshotReplay with(int connection, byte[] bytes, boolean ends) {
        connections.set(connection, new Replayer.Connection(bytes, ends));
        return this;
    }

    SnapshotReplay run() throws IOException, InterruptedException, MigrationException {
        Replayer replayer;
        try (MigrationDestination destination = MigrationDestination.intoFile(METHODS, parameters.build(), file,
                false)) {
            replayer = new Replayer(destination.listen("tcp:127.0.0.1:0"), connections, true);
            try {
                stats = destination.receive();
            } catch (MigrationException e) {
                error = e;
            }
        }
        assertEquals(List.of(), Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith("multifd-")).toList(), "threads left");
        assertEquals(List.of(), replayer.awaitClosed(), "connections left open");
        return this;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.toList();
        }
    }

    SnapshotReplay assertReceived(Recorded recorded) throws IOException, MigrationException {
        if (error != null) {
            throw error;
        }
        assertEquals(List.of(file), files());
        try (PlainSnapshot snapshot = new PlainSnapshot(file)) {
            assertEquals(List.copyOf(recorded.guest.ram.keySet()), List.copyOf(snapshot.blocks.keySet()));
            for (String block : snapshot.blocks.keySet()) {
                assertArrayEquals(recorded.guest.ram.get(block), snapshot.ram(block), block);
            }
            assertArrayEquals(recorded.main.tail(), snapshot.tail);
            assertEquals(recorded.main.commands, snapshot.commands);
        }
        return this;
    }

    void assertFailed(MigrationException.Kind kind, String pattern) throws IOException {
        assertNotNull(error, "no failure");
        if (!error.getMessage().matches(pattern)) {
            assertEquals(pattern, error.getMessage(), "as a pattern");
        }
        assertEquals(kind, error.kind(), error.getMessage());
        assertEquals(List.of(), files(), "left behind");
    }
}
