package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.core.DirtyBitmap;
import org.multifd.core.GuestRam;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;

class InspectTest {

    private static final int BLOCKS = 5;
    private static final int DEVICES = 27;

    @TempDir
    Path temp;

    private static Run inspect(String... args) {
        return Run.with(MethodRegistry.of(), args);
    }

    @Test
    void shouldShowWhatIsInASnapshot() throws IOException {
        Run run = inspect("inspect", "file:" + Recorded.snapshot(temp));
        assertEquals("", run.err());
        assertEquals(0, run.code());
        List<String> lines = run.outLines();
        assertEquals(List.of(
                "machine       pc-i440fx-10.0",
                "uuid          not in the file",
                "capabilities  mapped-ram",
                "page size     4096",
                "file          21.0 MiB",
                "",
                "RAM block                  length   present      zero    in file  pages at byte",
                "pc.ram                     16 MiB       193      3903    772 KiB        1048576",
                "pc.rom                    128 KiB         0        32    0 bytes       18874368"),
                lines.subList(0, 9));
        assertEquals("all 5                    16.3 MiB       199      3978    796 KiB", lines.get(7 + BLOCKS));
        assertEquals(List.of("",
                "device                            instance     bytes",
                "timer                                    0        24"), lines.subList(8 + BLOCKS, 11 + BLOCKS));
        assertEquals(11 + BLOCKS + DEVICES, lines.size());
        assertTrue(lines.get(10 + BLOCKS + DEVICES).startsWith("all 27 "), run.out());
    }

    @Test
    void shouldTellProgramsInJson() throws IOException {
        Path file = Recorded.snapshot(temp);
        Run run = inspect("inspect", "--json", "file:" + file);
        assertEquals(0, run.code(), run.err());
        List<Map<String, Object>> lines = run.outLines().stream().map(JsonReader::object).toList();
        assertEquals(1 + BLOCKS + DEVICES, lines.size());
        Map<String, Object> snapshot = lines.get(0);
        assertEquals("snapshot", snapshot.get("message_type"));
        assertEquals("pc-i440fx-10.0", snapshot.get("machine"));
        assertEquals(null, snapshot.get("uuid"));
        assertEquals((double) Files.size(file), snapshot.get("file_bytes"));
        assertEquals(Map.of("message_type", "block", "name", "pc.ram", "length", 16777216.0, "present_pages", 193.0,
                "zero_pages", 3903.0, "present_bytes", 790528.0, "bitmap_offset", 142.0, "pages_offset", 1048576.0),
                lines.get(1));
        assertEquals(Map.of("message_type", "device", "name", "timer", "instance", 0.0, "bytes", 24.0),
                lines.get(1 + BLOCKS));
    }

    /** A program embeds core and keeps its memory behind a header of its own. */
    @Test
    void shouldShowASnapshotThatBeginsBehindAHeader() throws Exception {
        GuestRam ram = GuestRam.builder(4096).block("heap", 1 << 20).build();
        ram.write("heap", 4096, ByteBuffer.wrap(new byte[] {1}));
        String uri = "file:" + temp.resolve("program.img") + ",offset=";
        new MigrationSource(MethodRegistry.of(), MigrationParameters.defaults(), ram, new DirtyBitmap(ram),
                ReceiveTest.STOPPED)
                .migrate(uri + "10000");
        Run run = inspect("inspect", uri + "0x2710");
        assertEquals(0, run.code(), run.err());
        List<String> lines = run.outLines();
        assertEquals("machine       multifd", lines.get(0));
        assertEquals("file          2.0 MiB, the snapshot begins at byte 10000", lines.get(4));
        assertEquals("heap                        1 MiB         1       255      4 KiB        1048576", lines.get(7));
        Map<String, Object> snapshot = JsonReader.object(inspect("inspect", "--json", uri + "10000").outLines().get(0));
        assertEquals((double) snapshot.get("file_bytes") - 10000, snapshot.get("snapshot_bytes"));
        assertEquals(6, inspect("inspect", uri + "0").code(), "a header is no snapshot");
        Path file = temp.resolve("program.img");
        long end = Files.size(file);
        Files.write(file, new byte[7], StandardOpenOption.APPEND);
        assertEquals("file          2.0 MiB, the snapshot begins at byte 10000, 7 bytes behind the snapshot's end at "
                + "byte " + end, inspect("inspect", uri + "0x2710").outLines().get(4));
    }

    @Test
    void shouldFindATruncatedFile() throws IOException {
        Path file = Recorded.snapshot(temp);
        long bytes = Files.size(file) - 1;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }
        Run run = inspect("inspect", "file:" + file);
        assertEquals("multifd: " + file + ": the file is cut off at byte " + bytes
                + ": received 38248 bytes of device state, expected a VM description (JSON) at its end"
                + System.lineSeparator(), run.err());
        assertEquals("", run.out());
        assertEquals(6, run.code());
    }

    @Test
    void shouldFindBytesBehindTheSnapshot() throws IOException {
        Path file = Recorded.snapshot(temp);
        long bytes = Files.size(file);
        Files.write(file, new byte[513], StandardOpenOption.APPEND);
        Run run = inspect("inspect", "file:" + file);
        assertEquals("multifd: " + file + ": received 513 bytes behind the snapshot's end at byte " + bytes
                + ", expected the file to end there; QEMU and multifd send ignore them, truncate -s " + bytes
                + " cuts them off" + System.lineSeparator(), run.err());
        assertEquals(6, run.code());
        assertEquals("file          21.0 MiB, 513 bytes behind the snapshot's end at byte " + bytes,
                run.outLines().get(4));
        assertEquals(11 + BLOCKS + DEVICES, run.outLines().size(), "the guest is shown all the same");
    }

    @Test
    void shouldSayWhatIsNoSnapshot() throws IOException {
        Path file = Files.writeString(temp.resolve("text"), "some text");
        Run run = inspect("inspect", "file:" + file);
        assertEquals("multifd: " + file + ": received magic 0x736f6d65, expected 0x5145564d; is it a mapped-ram "
                + "snapshot?" + System.lineSeparator(), run.err());
        assertEquals(6, run.code());
        assertEquals("multifd: " + temp + ": is no regular file, expected a mapped-ram snapshot"
                + System.lineSeparator(), inspect("inspect", "file:" + temp).err());
        assertEquals("multifd: " + temp + "/none: there is no such file, expected a mapped-ram snapshot"
                + System.lineSeparator(), inspect("inspect", "file:" + temp + "/none").err());
    }
}
