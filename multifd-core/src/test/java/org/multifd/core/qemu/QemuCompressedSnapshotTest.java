package org.multifd.core.qemu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.core.Eventually;
import org.multifd.core.FileUri;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.MigrationStats;
import org.multifd.core.RamSupplier;
import org.multifd.core.SnapshotInfo;
import org.multifd.core.internal.snapshot.PlainSnapshot;

/** A stock QEMU's running guest into a compressed snapshot, and from it into another one, where it goes on. */
@ParameterizedClass(name = "{0}")
@MethodSource("org.multifd.core.qemu.QemuBinary#all")
@Tag("qemu")
class QemuCompressedSnapshotTest extends EachQemu {

    private final MethodRegistry methods = MethodRegistry.load();

    private static MigrationParameters.Builder parameters(String method, int channels) {
        return MigrationParameters.builder().set("multifd-channels", channels).set("multifd-compression", method)
                .set("timeout", Eventually.PATIENT_MILLIS);
    }

    /** The guest's RAM when it was paused. */
    private byte[] save(Path file, String method, int channels, String compression) throws Exception {
        try (Qemu qemu = Qemu.counting(binary, Files.createTempDirectory(temp, "source"));
                MigrationDestination destination = MigrationDestination.intoFile(methods, MigrationParameters.builder()
                        .set("snapshot-compression", compression).set("timeout", Eventually.PATIENT_MILLIS).build(),
                        file, false)) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = QemuSourceTest.receive(destination);
            qemu.configure(method, channels, true);
            qemu.migrate(uri);
            received.get();
            assertEquals("completed", qemu.awaitEnd());
            return qemu.ram();
        }
    }

    @ParameterizedTest
    @CsvSource({"zstd,2,zstd,zstd", "none,1,zstd:3,none", "zlib,4,lz4,zstd", "zstd,2,zlib,zlib"})
    void shouldKeepARunningGuestThatGoesOn(String method, int channels, String compression, String back)
            throws Exception {
        Path file = temp.resolve("guest.snap");
        byte[] ram = save(file, method, channels, compression);
        SnapshotInfo info = SnapshotInfo.read(file);
        assertEquals(binary.machine(), info.machine());
        SnapshotInfo.check(methods, FileUri.of(file));
        assertArrayEquals(ram, loaded(file));
        Path mapped = temp.resolve("mapped");
        try (MigrationDestination converted = MigrationDestination.intoFile(methods, MigrationParameters.defaults(),
                mapped, false)) {
            converted.listen("file:" + file);
            converted.receive();
        }
        try (PlainSnapshot plain = new PlainSnapshot(mapped)) {
            assertArrayEquals(ram, plain.ram("pc.ram"));
        }
        try (Qemu qemu = Qemu.waiting(binary, Files.createTempDirectory(temp, "destination"))) {
            qemu.configure(back, channels, true);
            MigrationStats sent = MigrationSource.fromFile(methods, parameters(back, channels).build(), file)
                    .migrate(qemu.listen());
            assertEquals("completed", qemu.awaitEnd());
            assertTrue(sent.normalPages() > 0);
            CounterGuest.assertGoesOn(qemu, CounterGuest.passes(ram));
        }
    }

    private byte[] loaded(Path file) throws Exception {
        try (MigrationDestination loaded = new MigrationDestination(methods, MigrationParameters.defaults(),
                RamSupplier.allocating(1 << 30))) {
            loaded.listen("file:" + file);
            loaded.receive();
            ByteBuffer image = ByteBuffer.allocate((int) loaded.ram().length("pc.ram"));
            loaded.ram().read("pc.ram", 0, image);
            return image.array();
        }
    }
}
