package org.multifd.core.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.core.Eventually;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.MigrationStats;

/** What a QEMU that refuses a snapshot would need, by how far it came. */
@ParameterizedClass(name = "{0}")
@MethodSource("org.multifd.core.qemu.QemuBinary#all")
@Tag("qemu")
class QemuRefusalTest {

    private static final String[] DISK = {"-blockdev", "driver=null-co,node-name=d0,size=1048576", "-device",
            "virtio-blk-pci,drive=d0,id=disk"};

    @Parameter
    QemuBinary binary;

    @BeforeEach
    void requireQemu() {
        binary.require("QEMU");
    }

    private Path save(Path directory, String... options) throws Exception {
        try (Qemu qemu = Qemu.counting(binary, Files.createDirectory(directory.resolve("source")), options)) {
            return save(directory, qemu);
        }
    }

    private static Path save(Path directory, Qemu qemu) throws Exception {
        Path snapshot = directory.resolve("guest.mig");
        try (MigrationDestination destination = MigrationDestination.intoFile(MethodRegistry.load(),
                        MigrationParameters.defaults(), snapshot, false)) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = QemuSourceTest.receive(destination);
            qemu.configure("zstd", 2, true);
            qemu.migrate(uri);
            received.get();
        }
        return snapshot;
    }

    private MigrationException send(Path directory, Path snapshot, String machine, String method, String... options)
            throws Exception {
        try (Qemu qemu = Qemu.waitingAs(binary, machine, Files.createDirectory(directory.resolve("destination")),
                options)) {
            return send(qemu, snapshot, method);
        }
    }

    private static MigrationException send(Qemu qemu, Path snapshot, String method) throws Exception {
        qemu.configure(method, 2, true);
        String uri = qemu.listen();
        return assertThrows(MigrationException.class,
                () -> MigrationSource.fromFile(MethodRegistry.load(), MigrationParameters.builder()
                        .set("multifd-channels", 2).set("multifd-compression", "none")
                        .set("timeout", Eventually.PATIENT_MILLIS).build(), snapshot).migrate(uri));
    }

    private static void assertNeeds(String expected, MigrationException error) {
        assertTrue(error.getMessage().contains(expected), error.getMessage());
    }

    @Test
    void shouldNameTheMachineType(@TempDir Path directory) throws Exception {
        assertNeeds("; see the destination's own message: it needs machine type " + binary.machine()
                + ", multifd-channels 2, multifd-compression none and uuid 00000000-0000-0000-0000-000000000000 "
                + "(zeros: none), without TLS", send(directory, save(directory), "pc-i440fx-6.0", "none"));
    }

    @Test
    void shouldNameTheUuid(@TempDir Path directory) throws Exception {
        assertNeeds(" and uuid 00000000-0000-0000-0000-000000000000 (zeros: none), without TLS",
                send(directory, save(directory), "pc", "none", "-uuid", "11223344-5566-7788-99aa-bbccddeeff00"));
    }

    @Test
    void shouldNameTheMethod(@TempDir Path directory) throws Exception {
        assertNeeds("multifd-compression none", send(directory, save(directory), "pc", "zlib"));
    }

    @Test
    void shouldNameTheRamBlocks(@TempDir Path directory) throws Exception {
        MigrationException error = send(directory, save(directory, "-device", "VGA,vgamem_mb=1"), "pc", "none");
        assertNeeds("it took the machine type, and needs RAM blocks (-m and devices) pc.ram of 16777216 bytes, ",
                error);
        assertNeeds("0000:00:02.0/vga.vram of 1048576 bytes", error);
        assertEquals(Kind.PEER, error.kind());
    }

    /** A QEMU refuses a dirty bitmap that it has already. */
    @Test
    void shouldNameWhatIsBesideRam(@TempDir Path directory) throws Exception {
        String bitmap = "{\"node\": \"d0\", \"name\": \"bitmap0\"}";
        Path snapshot;
        try (Qemu qemu = Qemu.counting(binary, Files.createDirectory(directory.resolve("source")), DISK)) {
            qemu.execute("block-dirty-bitmap-add", bitmap);
            qemu.enable("dirty-bitmaps");
            snapshot = save(directory, qemu);
        }
        try (Qemu qemu = Qemu.waiting(binary, Files.createDirectory(directory.resolve("destination")), DISK)) {
            qemu.execute("block-dirty-bitmap-add", bitmap);
            assertNeeds("it took the machine type and the list of RAM blocks, and needs what is beside RAM: the same "
                    + "disks, without dirty bitmaps of the same names, and the same devices, or multifd-compression "
                    + "none", send(qemu, snapshot, "none"));
        }
    }

    /** With its last byte the guest may have come to life: a QEMU that ends then without a word leaves that open. */
    @Test
    void shouldNameTheDevices(@TempDir Path directory) throws Exception {
        MigrationException error = send(directory, save(directory, "-device", "virtio-balloon-pci"), "pc", "none");
        assertNeeds(" own message: it took all pages, and needs the snapshot's ", error);
        assertNeeds("0000:00:02.0/virtio-balloon", error);
    }
}
