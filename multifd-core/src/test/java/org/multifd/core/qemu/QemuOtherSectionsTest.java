package org.multifd.core.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.Eventually;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.MigrationStats;
import org.multifd.core.SnapshotInfo;

/** What a QEMU sends beside RAM goes into a file and out of it again. */
@ParameterizedClass(name = "{0}")
@MethodSource("org.multifd.core.qemu.QemuBinary#all")
@Tag("qemu")
class QemuOtherSectionsTest extends EachQemu {

    private static final MethodRegistry METHODS = MethodRegistry.load();

    /** A disk that is nothing, and can have dirty bitmaps. */
    private static final String[] DISK = {"-blockdev", "driver=null-co,node-name=d0,size=1048576", "-device",
            "virtio-blk-pci,drive=d0,id=disk"};

    private static final String UUID_TEXT = "11223344-5566-7788-99aa-bbccddeeff00";

    private static final String[] VIRTIO_MEM = {"-m", "16M,slots=1,maxmem=256M", "-object",
            "memory-backend-ram,id=more,size=128M", "-device", "virtio-mem-pci,id=m0,memdev=more,requested-size=16M"};

    private Path file;

    @BeforeEach
    void nameFile() {
        file = temp.resolve("guest.snap");
    }

    private static MigrationParameters.Builder parameters() {
        return MigrationParameters.builder().set("timeout", Eventually.PATIENT_MILLIS);
    }

    /** The guest migrates into the file; how many passes it has made. */
    private long receive(Qemu qemu, String... capabilities) throws Exception {
        try (MigrationDestination destination = MigrationDestination.intoFile(METHODS, parameters().build(), file,
                false)) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = QemuSourceTest.receive(destination);
            qemu.configure("zstd", 2, true);
            qemu.enable(capabilities);
            qemu.migrate(uri);
            received.get();
            assertEquals("completed", qemu.awaitEnd());
            return CounterGuest.passes(qemu.ram());
        }
    }

    private void send(Qemu qemu) throws Exception {
        send(qemu, null);
    }

    private void send(Qemu qemu, String uuid) throws Exception {
        qemu.configure("none", 2, true);
        MigrationParameters.Builder set = parameters().set("multifd-channels", 2).set("multifd-compression", "none");
        if (uuid != null) {
            set.set("uuid", uuid);
        }
        MigrationSource.fromFile(METHODS, set.build(), file).migrate(qemu.listen());
        assertEquals("completed", qemu.awaitEnd());
    }

    @Test
    void shouldTakeTheCapabilityDirtyBitmapsOfAGuestWithoutDisks() throws Exception {
        long passes;
        try (Qemu qemu = Qemu.counting(binary, directory("source"))) {
            passes = receive(qemu, "dirty-bitmaps");
        }
        try (Qemu qemu = Qemu.waiting(binary, directory("destination"))) {
            send(qemu);
            CounterGuest.assertGoesOn(qemu, passes);
        }
    }

    /** A QEMU says its uuid on the channels only, and where it loads the file there are none. */
    @Test
    void shouldKeepTheUuid() throws Exception {
        String[] own = {"-uuid", UUID_TEXT};
        long passes;
        try (Qemu qemu = Qemu.counting(binary, directory("source"), own)) {
            passes = receive(qemu);
        }
        assertEquals(UUID_TEXT, SnapshotInfo.read(file).uuid().toString());
        try (Qemu qemu = Qemu.waiting(binary, directory("destination"), own)) {
            send(qemu);
            CounterGuest.assertGoesOn(qemu, passes);
        }
        if (binary.major() >= 9) {
            load("itself", passes, own);
            load("nameless", passes);
        }
    }

    /** The uuid that is given goes before the snapshot's. */
    @Test
    void shouldSendUnderAnotherUuidIfAsked() throws Exception {
        long passes;
        try (Qemu qemu = Qemu.counting(binary, directory("source"), "-uuid", UUID_TEXT)) {
            passes = receive(qemu);
        }
        String other = "00000000-0000-0001-0000-000000000002";
        try (Qemu qemu = Qemu.waiting(binary, directory("destination"), "-uuid", other)) {
            send(qemu, other);
            CounterGuest.assertGoesOn(qemu, passes);
        }
        String none = "00000000-0000-0000-0000-000000000000";
        try (Qemu qemu = Qemu.waiting(binary, directory("nameless"))) {
            send(qemu, none);
            CounterGuest.assertGoesOn(qemu, passes);
        }
    }

    /** A QEMU of 9.0 or newer loads the file itself. */
    private void load(String name, long passes, String... options) throws Exception {
        try (Qemu qemu = Qemu.waiting(binary, directory(name), options)) {
            qemu.enable("mapped-ram", "events");
            qemu.execute("migrate-incoming", "{\"uri\": \"file:" + file + "\"}");
            assertEquals("completed", qemu.awaitEnd());
            CounterGuest.assertGoesOn(qemu, passes);
        }
    }

    @Test
    void shouldKeepADirtyBitmap() throws Exception {
        long passes;
        try (Qemu qemu = Qemu.counting(binary, directory("source"), DISK)) {
            qemu.execute("block-dirty-bitmap-add", "{\"node\": \"d0\", \"name\": \"bitmap0\"}");
            passes = receive(qemu, "dirty-bitmaps");
        }
        try (Qemu qemu = Qemu.waiting(binary, directory("destination"), DISK)) {
            send(qemu);
            CounterGuest.assertGoesOn(qemu, passes);
            String nodes = qemu.ask("query-named-block-nodes", "{}");
            assertTrue(nodes.contains("\"name\": \"bitmap0\""), nodes);
        }
    }

    /**
     * Without the destination's message such a source goes round for ever; one of a machine type from 11.1 on fails
     * if it comes.
     */
    @ParameterizedTest
    @ValueSource(strings = {"pc", "pc-i440fx-8.1", "pc-i440fx-10.0"})
    void shouldAcknowledgeTheSwitchover(String machine) throws Exception {
        assumeTrue(binary.major() >= 9, "the capability is of 8.1 and newer");
        try (Qemu qemu = Qemu.counting(binary, machine, directory("source"))) {
            receive(qemu, "switchover-ack");
        }
    }

    /** The source says that postcopy may start, and never starts it; the destination permits it. */
    @Test
    void shouldTakeThePermissionOfPostcopy() throws Exception {
        Path destination = directoryForPostcopy("destination");
        long passes;
        try (Qemu qemu = Qemu.counting(binary, directory("source"))) {
            passes = receive(qemu, "postcopy-ram");
        }
        try (Qemu qemu = Qemu.waiting(binary, destination)) {
            qemu.enablePostcopy();
            send(qemu);
            CounterGuest.assertGoesOn(qemu, passes);
        }
        load("itself", passes);
    }

    @Test
    void shouldKeepTheEarlyStateOfVirtioMem() throws Exception {
        assumeTrue(binary.major() >= 9, "its machine types send it from 8.1 on");
        long passes;
        try (Qemu qemu = Qemu.counting(binary, directory("source"), VIRTIO_MEM)) {
            passes = receive(qemu);
        }
        assertEarly();
        try (Qemu qemu = Qemu.waiting(binary, directory("destination"), VIRTIO_MEM)) {
            send(qemu);
            CounterGuest.assertGoesOn(qemu, passes);
        }
        load("itself", passes, VIRTIO_MEM);
    }

    private void assertEarly() throws Exception {
        SnapshotInfo info = SnapshotInfo.read(file);
        assertTrue(info.devices().get(0).name().endsWith("/virtio-mem-device-early"), info.devices().toString());
        assertEquals(44, info.devices().get(0).bytes());
    }

    @Test
    void shouldSendTheEarlyStateOfVirtioMemFromAQemusOwnFile() throws Exception {
        assumeTrue(binary.major() >= 9, "mapped-ram files are of 9.0 and newer");
        long passes;
        try (Qemu qemu = Qemu.counting(binary, directory("source"), VIRTIO_MEM)) {
            qemu.enable("mapped-ram", "events");
            qemu.migrate("file:" + file);
            assertEquals("completed", qemu.awaitEnd());
            passes = CounterGuest.passes(qemu.ram());
        }
        assertEarly();
        try (Qemu qemu = Qemu.waiting(binary, directory("destination"), VIRTIO_MEM)) {
            send(qemu);
            CounterGuest.assertGoesOn(qemu, passes);
        }
    }
}
