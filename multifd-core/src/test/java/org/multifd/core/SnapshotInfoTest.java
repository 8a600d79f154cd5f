package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.SnapshotInfo.Block;
import org.multifd.core.SnapshotInfo.Device;
import org.multifd.core.internal.snapshot.RecordedSnapshot;
import org.multifd.core.internal.snapshot.SnapshotFile;

class SnapshotInfoTest {

    private static final int DEVICES = 27;

    @TempDir
    Path temp;

    @Test
    void shouldTellWhatQemuWrote() throws Exception {
        Path file = RecordedSnapshot.STOPPED.unpack(temp);
        SnapshotInfo info = SnapshotInfo.read(file);
        assertEquals("pc-i440fx-10.0", info.machine());
        assertEquals(4096, info.pageSize());
        assertEquals(List.of("mapped-ram"), info.capabilities());
        assertNull(info.uuid());
        assertEquals(Files.size(file), info.fileBytes());
        assertEquals(Files.size(file), info.streamBytes());
        assertEquals(List.of(new Block("pc.ram", 0x1000000, 768, 4096 - 768, 0x8e, 0x100000),
                new Block("pc.rom", 0x20000, 0, 32, 0x110002b, 0x1200000),
                new Block("0000:00:02.0/pci-testdev.rom", 0x20000, 3, 29, 0x1220041, 0x1300000),
                new Block("pc.bios", 0x10000, 2, 14, 0x132002c, 0x1400000),
                new Block("0000:00:03.0/pci-testdev.rom", 0x1000, 1, 0, 0x1410041, 0x1500000)), info.blocks());
        assertEquals(DEVICES, info.devices().size());
        assertEquals(List.of(new Device("timer", 0, 24), new Device("cpu_common", 0, 8)), info.devices().subList(0, 2));
        assertEquals(DEVICES, SnapshotInfo.read(RecordedSnapshot.RUNNING.unpack(temp)).devices().size());
    }

    private static SnapshotFile small() {
        return new SnapshotFile().block("pc.ram", new byte[8192]);
    }

    @Test
    void shouldCutTheDevicesByTheirDescription() throws Exception {
        SnapshotInfo info = SnapshotInfo.read(small().write(temp.resolve("file")));
        assertEquals(List.of(new Device("timer", 0, 2), new Device("dma", 1, 3)), info.devices());
    }

    @Test
    void shouldSayWhatFollowsTheSnapshot() throws Exception {
        Path file = small().write(temp.resolve("file"));
        long whole = Files.size(file);
        Files.write(file, new byte[100], StandardOpenOption.APPEND);
        SnapshotInfo info = SnapshotInfo.read(file);
        assertEquals(whole, info.streamBytes());
        assertEquals(whole + 100, info.fileBytes());
    }

    /** Damages one byte behind RAM. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0 | 5 | device \"timer\": received other bytes, expected its section at byte %0",
        "6 | 88 | device \"timer\": received other bytes, expected its section at byte %0",
        "21 | 0 | device \"timer\": received other bytes, expected its footer at byte %21",
        "25 | 0 | device \"timer\": received other bytes, expected its footer at byte %21",
    })
    void shouldFindDamagedDevices(int at, int value, String message) throws Exception {
        SnapshotFile written = small();
        Path file = written.write(temp.resolve("file"));
        long tail = written.positions.get("tail");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {(byte) value}), tail + at);
        }
        assertRefused(file, message.replace("%0", "" + tail).replace("%21", "" + (tail + 21)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "\"size\": 3 | \"size\": 2 | device \"dma\": received other bytes, expected its footer at byte %45",
        "\"size\": 3 | \"size\": 9999 | device \"dma\": received 9999 bytes in its description, expected at most 3 "
        + "at byte %26", "\"array_len\": 2, \"size\": 1 | \"array_len\": 999999999999999999, \"size\": 10 "
            + "| VM description at byte %57: received sizes that add up to 2^63 and more",
        "\"size\": 3 | \"size\": -3 | VM description at byte %57: received 0x2d at byte 261 of it, expected a count "
        + "of at most 18 digits", "\"devices\" | \"machines\" | VM description at byte %57: received 0 devices up to "
        + "byte %0, expected all up to byte %51", "\"instance_id\": 0 | \"instance_id\": 00x | VM description at "
        + "byte %57: received 0x78 at byte 67 of it, expected ','",
    })
    void shouldFindADescriptionOfSomethingElse(String what, String by, String message) throws Exception {
        SnapshotFile written = small();
        String tail = new String(SnapshotFile.TAIL, StandardCharsets.ISO_8859_1);
        int json = tail.indexOf('{');
        String description = tail.substring(json).replace(what, by);
        ByteBuffer changed = ByteBuffer.allocate(json + description.length()).put(SnapshotFile.TAIL, 0, json - 4)
                .putInt(description.length()).put(description.getBytes(StandardCharsets.ISO_8859_1));
        written.tail = changed.array();
        Path file = written.write(temp.resolve("file"));
        for (int i : new int[] {0, 26, 45, 51, 57}) {
            message = message.replace("%" + i, Long.toString(written.positions.get("tail") + i));
        }
        assertRefused(file, message);
    }

    private static void assertRefused(Path file, String message) {
        MigrationException error = assertThrows(MigrationException.class, () -> SnapshotInfo.read(file));
        assertEquals(file + ": " + message, error.getMessage());
        assertEquals(Kind.FILE, error.kind());
    }
}
