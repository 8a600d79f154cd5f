package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.internal.snapshot.SnapshotFile;

/** Guests of several TiB, sparse: from a snapshot over connections into another one. */
@Timeout(3600)
@EnabledIfSystemProperty(named = "multifd.faults", matches = "all")
class SparseTerabytesTest {

    private static final long TIB = 1L << 40;

    @TempDir
    Path temp;

    @ParameterizedTest
    @CsvSource({"1, 4096", "4, 4096", "12, 65536"})
    void shouldArriveWhole(int tib, int pageSize) throws Exception {
        byte[] page = new byte[pageSize];
        page[5] = 1;
        long pages = tib * TIB / pageSize;
        SnapshotFile written = new SnapshotFile();
        written.pageSize = pageSize;
        written.alignment = pageSize;
        byte[] bits = "configuration/target-page-bits".getBytes(StandardCharsets.US_ASCII);
        written.more = ByteBuffer.allocate(2 + bits.length + 8).put((byte) 5).put((byte) bits.length).put(bits)
                .putInt(1).putInt(Integer.numberOfTrailingZeros(pageSize)).array();
        Path file = written.block("pc.ram", tib * TIB, Map.of(0L, page, pages / 3, page, pages - 1, page))
                .write(temp.resolve("from"));
        Path to = temp.resolve("to");
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-channels", 4)
                .set("zero-page-detection", "multifd").build();
        MethodRegistry methods = MethodRegistry.of(new PlainMethod("none"));
        try (MigrationDestination destination = MigrationDestination.intoFile(methods,
                MigrationParameters.defaults(), to, false);
                MigrationSource source = MigrationSource.fromFile(methods, parameters, file)) {
            String address = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            assertEquals(3, source.migrate(address).normalPages());
            assertEquals(pages - 3, received.get().zeroPages());
        }
        SnapshotInfo.Block arrived = SnapshotInfo.read(to).blocks().get(0);
        assertEquals(tib * TIB, arrived.usedLength());
        assertEquals(3, arrived.presentPages());
        Files.delete(to);
    }
}
