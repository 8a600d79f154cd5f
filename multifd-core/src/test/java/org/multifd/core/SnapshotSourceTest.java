package org.multifd.core;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.capture.PlainChannel;
import org.multifd.core.capture.PlainGuest;
import org.multifd.core.capture.PlainMain;
import org.multifd.core.internal.snapshot.RecordedSnapshot;
import org.multifd.core.internal.snapshot.Snapshot;
import org.multifd.core.internal.snapshot.SnapshotFile;

/** A mapped-ram file migrates into a multifd destination. */
class SnapshotSourceTest {

    private static final int PAGE = 4096;
    private static final UUID ID = UUID.fromString("11223344-5566-7788-99aa-bbccddeeff00");

    @TempDir
    Path temp;

    @ParameterizedTest
    @CsvSource({"STOPPED,none,1,", "STOPPED,zstd,2,", "STOPPED,lz4,4,legacy", "RUNNING,zlib,2,", "RUNNING,none,4,none",
            "RUNNING,zstd,1,legacy"})
    void shouldBringARecordedSnapshotToItsTruth(RecordedSnapshot recorded, String method, int channels,
    String zeroPages)
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
            assertEquals(recorded.md5(), HexFormat.of().formatHex(MessageDigest.getInstance("MD5")
                    .digest(image.array())));
            assertArrayEquals(snapshot.tail(), destination.deviceState());
            assertEquals(sent.wireBytes(), in.wireBytes());
            assertEquals(0x1051000 / 4096, sent.normalPages() + sent.zeroPages(), "each page once");
            assertEquals("legacy".equals(zeroPages) ? sent.zeroPages() : 0, sent.zeroPagesOnMain());
        }
    }

    @ParameterizedTest
    @CsvSource({"STOPPED,1,", "STOPPED,4,legacy", "RUNNING,2,", "RUNNING,4,none"})
    void shouldSendPagesUnread(RecordedSnapshot recorded, int channels, String zeroPages) throws Exception {
        Path file = recorded.unpack(temp);
        MigrationParameters.Builder parameters = MigrationParameters.builder().set("multifd-channels", channels)
                .set("zero-copy-send", "on");
        if (zeroPages != null) {
            parameters.set("zero-page-detection", zeroPages);
        }
        MethodRegistry registry = MethodRegistry.load();
        try (MigrationDestination destination = new MigrationDestination(registry, MigrationParameters.defaults(),
                RamSupplier.allocating(64 << 20)); Snapshot snapshot = Snapshot.open(file)) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            MigrationStats sent = MigrationSource.fromFile(registry, parameters.build(), file).migrate(uri);
            MigrationStats in = received.get();
            ByteBuffer image = ByteBuffer.allocate(16 << 20);
            destination.ram().read("pc.ram", 0, image);
            assertEquals(recorded.md5(), HexFormat.of().formatHex(MessageDigest.getInstance("MD5")
                    .digest(image.array())));
            assertEquals(sent.wireBytes(), in.wireBytes());
            long present = IntStream.range(0, snapshot.blocks().count()).mapToLong(snapshot::presentPages).sum();
            long all = 0x1051000 / PAGE;
            assertEquals("none".equals(zeroPages) ? all : present, sent.normalPages(),
                    "what the file has is not looked at");
            assertEquals(all, sent.normalPages() + sent.zeroPages());
        }
    }

    @Test
    void shouldSayWhyPagesCannotLeaveUnread() throws Exception {
        MigrationParameters.Builder compressed = MigrationParameters.builder().set("zero-copy-send", "on")
                .set("multifd-compression", "zstd");
        assertEquals(
                "zero-copy-send: received on with multifd-compression zstd, expected none: pages leave as they lie;"
                + " QEMU refuses this, too", assertThrows(IllegalArgumentException.class, compressed::build)
                .getMessage());
        MigrationParameters.Builder encrypted = MigrationParameters.builder().set("zero-copy-send", "on")
                .set("tls-creds", "/creds");
        assertEquals(
                "zero-copy-send: received on with tls-creds, expected off: what is encrypted is read; QEMU refuses "
                + "this, too", assertThrows(IllegalArgumentException.class, encrypted::build).getMessage());
        MigrationParameters.Builder summed = MigrationParameters.builder().set("zero-copy-send", "on")
                .set("checksum", "on");
        assertEquals(
                "zero-copy-send: received on with checksum on, expected checksum off: pages leave without being read",
                assertThrows(IllegalArgumentException.class, summed::build).getMessage());
        TestGuest guest = new TestGuest(GuestRam.builder(PAGE).block("pc.ram", 16 * PAGE).build(), 1, new byte[0]);
        MigrationSource source = new MigrationSource(MethodRegistry.load(),
                MigrationParameters.builder().set("zero-copy-send", "on").build(), guest.ram, guest.log, guest);
        MigrationException e = assertThrows(MigrationException.class, () -> source.migrate("tcp:127.0.0.1:9"));
        assertEquals(
                "zero-copy-send: received on, expected off: only what lies in a file, a snapshot, can leave without a "
                + "copy", e.getMessage());
        assertEquals(MigrationException.Kind.USAGE, e.kind());
    }

    @ParameterizedTest
    @CsvSource({"pc-i440fx-7.2, false, 1 2 2 2, main",
            "pc-q35-8.1, true, 1 2 2 2, main",
            "virt-9.2, true, 1 2 2 2, packets",
            "pc-i440fx-10.2, true, 1 2 2 2 11, packets",
            "some-machine, true, 1 2 2 2 11, packets"})
    void shouldSpeakAsTheMachineTypeDemands(String machine, boolean flush, String commands, String zeroPages)
    throws Exception {
        SnapshotFile written = new SnapshotFile().block("pc.ram", mixed(300)).block("pc.rom", mixed(3));
        written.machine = machine;
        written.ramId = 9;
        written.switchoverStart = true;
        Path file = written.write(temp.resolve("file"));
        MethodRegistry registry = MethodRegistry.load();
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-channels", 3).set("uuid", ID)
                .build();
        try (MigrationDestination destination = new MigrationDestination(registry, parameters,
                RamSupplier.allocating(64 << 20));
                RecordingProxy proxy = new RecordingProxy(destination.listen("tcp:127.0.0.1:0"))) {
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            MigrationSource.fromFile(registry, parameters, file).migrate(proxy.address());
            received.get();
            PlainMain main = PlainMain.parse(proxy.recordings().get(0));
            List<PlainChannel> channels = proxy.recordings().stream().skip(1).map(PlainChannel::parse).toList();
            byte[] start = ("QEVM\0\0\0\3\7\0\0\0" + (char) machine.length() + machine + "\10\0\1\0\0")
                    .getBytes(ISO_8859_1);
            assertArrayEquals(start, Arrays.copyOf(main.bytes, start.length), "no subsection of mapped-ram");
            assertEquals(commands, main.commands.stream().map(String::valueOf).collect(joining(" ")));
            assertEquals(flush, main.flushRule);
            assertEquals(flush, main.flushes > 0);
            assertEquals(zeroPages.equals("main"), !main.records.isEmpty());
            assertEquals(zeroPages.equals("packets"), channels.stream().anyMatch(each -> each.zeroPages() > 0));
            for (PlainChannel each : channels) {
                assertEquals(main.marks(), each.syncs);
                assertEquals("none", each.method);
                assertEquals(ID, each.uuid);
            }
            assertArrayEquals(SnapshotFile.TAIL, Arrays.copyOfRange(main.bytes, main.endOfRam, main.bytes.length));
            PlainGuest guest = PlainGuest.of(main, channels, "none");
            assertArrayEquals(mixed(300), guest.ram.get("pc.ram"));
            assertArrayEquals(mixed(3), guest.ram.get("pc.rom"));
        }
    }

    /** Every third page is zero. */
    private static byte[] mixed(int pages) {
        byte[] content = new byte[pages * PAGE];
        for (int i = 0; i < pages; i++) {
            content[i * PAGE + i % PAGE] = (byte) (i % 3);
        }
        return content;
    }

    @Test
    void shouldPassOtherCapabilitiesAndTheUuidOn() throws Exception {
        ByteBuffer uuid = ByteBuffer.allocate(64).put("\5\22configuration/uuid\0\0\0\1".getBytes(ISO_8859_1))
                .putLong(ID.getMostSignificantBits()).putLong(ID.getLeastSignificantBits());
        SnapshotFile written = new SnapshotFile().block("pc.ram", mixed(4));
        written.capabilities = List.of("events", "mapped-ram", "multifd");
        written.more = Arrays.copyOf(uuid.array(), uuid.position());
        Path file = written.write(temp.resolve("file"));
        MethodRegistry registry = MethodRegistry.load();
        MigrationParameters here = MigrationParameters.builder().set("uuid", ID).set("multifd-channels", 2).build();
        try (MigrationDestination destination = new MigrationDestination(registry, here,
                RamSupplier.allocating(64 << 20));
                RecordingProxy proxy = new RecordingProxy(destination.listen("tcp:127.0.0.1:0"))) {
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            MigrationSource.fromFile(registry, MigrationParameters.defaults(), file).migrate(proxy.address());
            received.get();
            String main = new String(proxy.recordings().get(0), ISO_8859_1);
            assertTrue(main.contains(
                    "\5\32configuration/capabilities\0\0\0\1\0\0\0\2\6events\7multifd\5\22configuration/uuid"),
                    main.substring(0, 200));
            assertEquals(ID, PlainChannel.parse(proxy.recordings().get(1)).uuid);
        }
    }

    /** What two multifd peers count at the end is this migration's, not that of the one which made the file. */
    @Test
    void shouldSendASnapshotOfAGuestOfOurs() throws Exception {
        byte[] state = {3, 1, 4};
        MethodRegistry registry = MethodRegistry.load();
        SnapshotFile written = new SnapshotFile();
        written.machine = "multifd";
        written.tail = ourTail(registry, state);
        Path file = written.block("ram", mixed(50)).write(temp.resolve("file"));
        try (MigrationDestination destination = new MigrationDestination(registry, MigrationParameters.defaults(),
                RamSupplier.allocating(64 << 20))) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            MigrationSource.fromFile(registry, MigrationParameters.defaults(), file).migrate(uri);
            assertEquals(33, received.get().normalPages());
            assertArrayEquals(state, destination.deviceState());
        }
    }

    private static byte[] ourTail(MethodRegistry registry, byte[] state) throws Exception {
        try (TestGuest guest = new TestGuest(TestGuest.ram(PAGE, 1 << 20), 7, state);
                MigrationDestination destination = new MigrationDestination(registry,
                        MigrationParameters.builder().set("multifd-channels", 2).build(),
                        RamSupplier.allocating(64 << 20));
                RecordingProxy proxy = new RecordingProxy(destination.listen("tcp:127.0.0.1:0"))) {
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            new MigrationSource(registry, MigrationParameters.defaults(), guest.ram, guest.log, guest)
                    .migrate(proxy.address());
            received.get();
            PlainMain main = PlainMain.parse(proxy.recordings().get(0));
            return Arrays.copyOfRange(main.bytes, main.endOfRam, main.bytes.length);
        }
    }

    @Test
    void shouldSayThatTheFileWasCutWhileItWasSent() throws Exception {
        byte[] content = new byte[1000 * PAGE];
        Arrays.fill(content, (byte) 1);
        SnapshotFile written = new SnapshotFile().block("pc.ram", content);
        Path file = written.write(temp.resolve("file"));
        MethodRegistry registry = MethodRegistry.load();
        try (MigrationDestination destination = new MigrationDestination(registry, MigrationParameters.defaults(),
                RamSupplier.allocating(64 << 20))) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            MigrationSource source = MigrationSource.fromFile(registry, MigrationParameters.defaults(), file);
            try (FileChannel cut = FileChannel.open(file, StandardOpenOption.WRITE)) {
                cut.truncate(written.positions.get("pages pc.ram"));
            }
            MigrationException error = assertThrows(MigrationException.class, () -> source.migrate(uri));
            assertTrue(error.getMessage().contains(file + ": the file ends at byte "), error.getMessage());
            assertEquals(MigrationException.Kind.FILE, error.kind());
            assertThrows(ExecutionException.class, received::get);
        }
    }

    @Test
    void shouldLetGoOfAFileThatIsNotSent() throws Exception {
        Path file = new SnapshotFile().block("pc.ram", new byte[PAGE]).write(temp.resolve("file"));
        MigrationSource source = MigrationSource.fromFile(MethodRegistry.load(), MigrationParameters.defaults(), file);
        assertEquals(1, descriptors(file));
        source.close();
        source.close();
        assertEquals(0, descriptors(file));
        assertEquals("this migration was started or closed before, expected a new MigrationSource for each",
                assertThrows(IllegalStateException.class, () -> source.migrate("tcp:127.0.0.1:1")).getMessage());
    }

    private static long descriptors(Path file) throws IOException {
        long count = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path each : all) {
                count += Files.exists(each) && Files.isSameFile(each, file) ? 1 : 0;
            }
        }
        return count;
    }
}
