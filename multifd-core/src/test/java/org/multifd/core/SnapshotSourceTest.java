package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.snapshot.RecordedSnapshot;
import org.multifd.core.snapshot.Snapshot;

/** A mapped-ram file migrates into a destination of ours. */
@Timeout(60)
class SnapshotSourceTest {

    @TempDir
    Path temp;

    @ParameterizedTest
    @CsvSource({"STOPPED,none,1,", "STOPPED,zstd,2,", "STOPPED,lz4,4,legacy", "RUNNING,zlib,2,", "RUNNING,none,4,none",
            "RUNNING,zstd,1,legacy"})
    void shouldBringARecordedSnapshotToItsTruth(RecordedSnapshot recorded, String method, int channels, String zeroPages)
            throws Exception {
        Path file = recorded.unpack(temp);
        MigrationParameters.Builder parameters = MigrationParameters.builder().set("multifd-channels", channels)
                .set("multifd-compression", method);
        if (zeroPages != null) {
            parameters.set("zero-page-detection", zeroPages);
        }
        MethodRegistry registry = MethodRegistry.load();
        try (MigrationDestination destination = new MigrationDestination(registry, parameters.build(),
                RamSupplier.allocating(64 << 20)); Snapshot snapshot = Snapshot.open(file)) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            MigrationStats sent = MigrationSource.fromFile(registry, parameters.build(), file).migrate(uri);
            MigrationStats in = received.get();
            ByteBuffer image = ByteBuffer.allocate(16 << 20);
            destination.ram().read("pc.ram", 0, image);
            assertEquals(recorded.md5(), HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(image.array())));
            assertArrayEquals(snapshot.tail(), destination.deviceState());
            assertEquals(sent.wireBytes(), in.wireBytes());
            assertEquals(0x1082000 / 4096, sent.normalPages() + sent.zeroPages(), "each page once");
            assertEquals("legacy".equals(zeroPages) ? sent.zeroPages() : 0, sent.zeroPagesOnMain());
        }
    }
}
