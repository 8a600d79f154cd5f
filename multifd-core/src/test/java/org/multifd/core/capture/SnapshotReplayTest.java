package org.multifd.core.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.multifd.core.internal.snapshot.PlainSnapshot;
import org.multifd.core.internal.snapshot.RecordedSnapshot;

/** Stock QEMUs' migrations, as they were recorded, are received into a snapshot over loopback TCP. */
class SnapshotReplayTest {

    private static final String CAPABILITIES = "configuration/capabilities";

    @TempDir
    Path directory;

    @ParameterizedTest
    @FieldSource("org.multifd.core.capture.Capture#MULTIFD")
    void shouldKeepTheGuestWithoutBeingToldMethodAndChannels(Capture capture) throws Exception {
        Recorded recorded = Recorded.of(capture);
        SnapshotReplay replay = new SnapshotReplay(recorded, directory).run().assertReceived(recorded);
        assertEquals(capture.method(), replay.stats.method());
        assertEquals(capture.channels(), replay.stats.channels().size());
        try (PlainSnapshot snapshot = new PlainSnapshot(replay.file)) {
            byte[] ram = snapshot.ram("pc.ram");
            assertEquals(capture.md5(),
                    String.format("%032x", new BigInteger(1, MessageDigest.getInstance("MD5").digest(ram))));
            assertEquals(List.of("mapped-ram"), snapshot.subsections.get(CAPABILITIES));
            UUID uuid = recorded.channels.get(0).uuid;
            boolean named = !uuid.equals(new UUID(0, 0));
            assertEquals(named ? uuid.toString().replace("-", "") : null,
                    snapshot.subsections.get("configuration/uuid"));
            assertEquals(named ? 2 : 1, snapshot.subsections.size());
            assertEquals(recorded.main.ends, snapshot.parts + 2, "RAM's sections, with START and END");
        }
    }

    /** The same machine, migrated to a socket and to a file: QEMU itself says where everything lies. */
    @Test
    void shouldLayOutTheFileAsQemuDoes() throws Exception {
        Path qemus = RecordedSnapshot.RUNNING.unpack(directory);
        Path own = Files.createDirectory(directory.resolve("own"));
        Recorded recorded = Recorded.of(Capture.of("qemu-10.0", "running-zstd"));
        SnapshotReplay replay = new SnapshotReplay(recorded, own).run().assertReceived(recorded);
        try (PlainSnapshot ours = new PlainSnapshot(replay.file); PlainSnapshot theirs = new PlainSnapshot(qemus)) {
            assertEquals(theirs.blocks, ours.blocks);
            assertEquals(theirs.subsections, ours.subsections);
            assertEquals(theirs.commands, ours.commands);
            assertArrayEquals(head(qemus), head(replay.file), "up to the first bitmap");
        }
    }

    private static byte[] head(Path file) throws Exception {
        try (InputStream in = Files.newInputStream(file); PlainSnapshot snapshot = new PlainSnapshot(file)) {
            return in.readNBytes((int) snapshot.blocks.get("pc.ram").bitmap());
        }
    }
}
