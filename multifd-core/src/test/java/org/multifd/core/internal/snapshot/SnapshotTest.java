package org.multifd.core.internal.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.RamSections;
import org.multifd.core.internal.wire.WireException;

/** A mapped-ram file is read, or refused with what is wrong and where. */
class SnapshotTest {

    private static final UUID ID = UUID.fromString("11223344-5566-7788-99aa-bbccddeeff00");

    @TempDir
    Path temp;

    private static SnapshotFile small() {
        return new SnapshotFile().block("pc.ram", 5 * 4096, Map.of(1L, new byte[4096], 4L, new byte[4096]))
                .block("pc.rom", 70 * 4096, Map.of());
    }

    private Path path() {
        return temp.resolve("file");
    }

    private static String refusal(Path file) {
        String message = assertThrows(GuestFileException.class, () -> Snapshot.open(file).close()).getMessage();
        String prefix = file + ": ";
        assertTrue(message.startsWith(prefix), message);
        return message.substring(prefix.length());
    }

    private static byte[] subsections(List<String> capabilities) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeBytes("\u0005\u001econfiguration/target-page-bits");
        out.writeInt(1);
        out.writeInt(16);
        out.writeBytes("\u0005\u001aconfiguration/capabilities");
        out.writeInt(1);
        out.writeInt(capabilities.size());
        for (String each : capabilities) {
            out.write(each.length());
            out.writeBytes(each);
        }
        out.writeBytes("\u0005\u0012configuration/uuid");
        out.writeInt(1);
        out.writeLong(ID.getMostSignificantBits());
        out.writeLong(ID.getLeastSignificantBits());
        return bytes.toByteArray();
    }

    @Test
    void shouldReadAllThatAConfigurationSays() throws IOException {
        SnapshotFile written = new SnapshotFile();
        written.pageSize = 65536;
        written.alignment = 65536;
        written.ramId = 77;
        written.machine = "virt-9.1";
        written.capabilities = List.of();
        written.more = subsections(List.of("multifd", "mapped-ram"));
        try (Snapshot snapshot = Snapshot.open(written.block("mach-virt.ram", new byte[65536]).write(path()))) {
            assertEquals("virt-9.1", snapshot.configuration().machine());
            assertEquals(List.of("multifd", "mapped-ram"), snapshot.configuration().capabilities());
            assertEquals(ID, snapshot.configuration().uuid());
            assertEquals(65536, snapshot.blocks().pageSize());
            assertEquals(77, snapshot.sections().id());
        }
    }

    /** The most that a source may name, and the file's own. */
    @Test
    void shouldReadAsManyCapabilitiesAsAreWritten() throws IOException {
        List<String> names = IntStream.range(0, 255).mapToObj(i -> "capability-" + i + "-\u00e9").toList();
        SnapshotWriter writer = SnapshotWriter.create(path(), 0, IfExists.KEEP_UNLESS_FORCED);
        writer.begin(new Configuration("pc-\u00e9", 16384, names, ID),
                new RamBlocks(List.of(RamBlock.withoutMemory("ram", 16384, 16384))));
        writer.complete(new RamSections(2, 0, false), SnapshotFile.TAIL);
        writer.keep();
        try (Snapshot snapshot = Snapshot.open(path())) {
            List<String> expected = new ArrayList<>(names);
            expected.add("mapped-ram");
            assertEquals(new Configuration("pc-\u00e9", 16384, expected, ID), snapshot.configuration());
        }
    }

    @Test
    void shouldRefuseToWriteMoreThanCanBeRead() throws IOException {
        SnapshotWriter writer = SnapshotWriter.create(path(), 0, IfExists.KEEP_UNLESS_FORCED);
        RamBlocks blocks = new RamBlocks(List.of(RamBlock.withoutMemory("ram", 4096, 1L << 43)));
        assertEquals("RAM: received a guest of 8796093022208 bytes, expected at most 8796093018112",
                assertThrows(WireException.class, () -> writer.begin(null, blocks)).getMessage());
        writer.abandon();
    }

    @Test
    void shouldReadWhereThePagesAre() throws IOException {
        SnapshotFile written = small();
        written.switchoverStart = true;
        try (MappedRamSnapshot snapshot = (MappedRamSnapshot) Snapshot.open(written.write(path()))) {
            assertEquals(2, snapshot.blocks().count());
            for (PlacedBlock each : snapshot.placed()) {
                assertEquals(written.positions.get("bitmap " + each.block().name()), each.bitmapOffset());
                assertEquals(written.positions.get("pages " + each.block().name()), each.pagesOffset());
            }
            assertEquals(0b10010, snapshot.placed().get(0).present().word(0));
            assertEquals(2, snapshot.placed().get(0).present().cardinality());
            assertEquals(0, snapshot.placed().get(1).present().cardinality());
            assertEquals(HexFormat.of().formatHex(SnapshotFile.TAIL), HexFormat.of().formatHex(snapshot.tail()));
            assertEquals(Files.size(path()), snapshot.endOfStream());
        }
    }

    /** Every length but those that end in the middle of pages, of which a few stand for all. */
    @Test
    void shouldRefuseAFileThatIsCutAnywhere() throws IOException {
        SnapshotFile written = small();
        long whole = Files.size(written.write(path()));
        long pages = written.positions.get("pages pc.ram") + 1;
        long morePages = written.positions.get("pages pc.rom") + 1;
        int cuts = 0;
        try (FileChannel file = FileChannel.open(path(), StandardOpenOption.WRITE)) {
            for (long length = whole - 1; length >= 0; length--) {
                boolean inPages = length > pages && length < pages + 5 * 4096 - 2
                        || length > morePages && length < morePages + 70 * 4096 - 2;
                if (inPages && length % 1000 != 0) {
                    continue;
                }
                file.truncate(length);
                String message = refusal(path());
                assertTrue(length == 0 || message.contains("the file is cut off at byte " + length),
                        length + ": " + message);
                cuts++;
            }
        }
        assertTrue(cuts > 5000, cuts + " cuts");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0 | the file is empty, expected a mapped-ram snapshot",
        "7 | the file is cut off at byte 7: received 3 bytes of the main stream's version, expected 4",
        "20 | the file is cut off at byte 20: received 7 bytes of the machine type, expected 13",
        "97 | the file is cut off at byte 97: received 7 bytes of a RAM record, expected 8",
        "134 | the file is cut off at byte 134: received 1 bytes of a RAM block's mapped-ram header, expected 8",
        "145 | the file is cut off at byte 145: expected at least 149 bytes (RAM block \"pc.ram\", mapped-ram header "
        + "at byte 113: bitmap)",
        "4096 | the file is cut off at byte 4096: expected at least 24576 bytes (RAM block \"pc.ram\", mapped-ram "
        + "header at byte 113: pages)",
        "24575 | the file is cut off at byte 24575: expected at least 24576 bytes (RAM block \"pc.ram\", mapped-ram "
        + "header at byte 113: pages)",
        "24576 | the file is cut off at byte 24576: received 0 bytes of a RAM block name's length, expected 1",
    })
    void shouldSayWhereAFileIsCut(long length, String message) throws IOException {
        small().write(path());
        try (FileChannel file = FileChannel.open(path(), StandardOpenOption.WRITE)) {
            file.truncate(length);
        }
        assertEquals(message, refusal(path()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "start of RAM | -73 | 02 | received magic 0x0245564d, expected 0x5145564d; is it a mapped-ram snapshot?",
        "header pc.ram | 0 | 00000002 | version 2, expected 1",
        "header pc.ram | 4 | 0000000000000000 | page size 0, expected 4096, 16384 or 65536",
        "header pc.ram | 4 | ffffffff00001000 | page size 18446744069414588416, expected 4096, 16384 or 65536",
        "header pc.ram | 4 | 0000000000004000 | a block of 20480 bytes, expected a multiple of the page size 16384",
        "header pc.rom | 4 | 0000000000004000 | page size 16384, expected 4096 as before it",
        "header pc.ram | 12 | 000000000000008c | 8 bytes from byte 140 on, expected them between byte 141 and",
        "header pc.ram | 12 | ffffffffffffffff | 8 bytes from byte 18446744073709551615 on, expected them between "
        + "byte 141 and",
        "header pc.ram | 12 | 7fffffffffffffff | 8 bytes from byte 9223372036854775807 on, expected them between byte "
        + "141 and",
        "header pc.ram | 20 | 0000000000000094 | 20480 bytes from byte 148 on, expected them between byte 149 and",
        "header pc.ram | 20 | 7ffffffffffff000 | 20480 bytes from byte 9223372036854771712 on, expected them between "
        + "byte 149 and",
        "header pc.ram | 20 | 0000000000001001 | pages at byte 4097, expected a multiple of the page size 4096",
        "header pc.rom | 12 | 0000000000000091 | 16 bytes from byte 145 on, expected them between byte 24619 and",
        "bitmap pc.ram | 0 | 20 | bits behind page 4 in the bitmap, expected none",
        "bitmap pc.ram | 7 | 80 | bits behind page 4 in the bitmap, expected none",
        "bitmap pc.rom | 8 | 40 | bits behind page 69 in the bitmap, expected none",
        "entry pc.rom | 1 | 70632e72616d | received RAM block \"pc.ram\" twice, expected each once",
        "entry pc.ram | 7 | 0000000000000000 | received RAM block \"pc.ram\" of 0 bytes, expected 1..307200 to add up "
        + "to 307200",
        "entry pc.ram | 7 | 0000000000050000 | received RAM block \"pc.ram\" of 327680 bytes, expected 1..307200",
        "part of RAM | 5 | 0000000000000200 | received RAM record flags 0x200 at byte 315410, expected EOS (0x10) "
        + "only: all pages have "
            + "their places",
        "part of RAM | 5 | 0000000000000022 | received RAM record flags 0x22 at byte 315410, expected EOS (0x10) only",
        "part of RAM | 5 | 0000000000000004 | received a second list of RAM blocks, expected one",
        "end of RAM | 0 | 09 | received section type 0x09 at byte 315423, expected a command or a part of RAM",
        "end of RAM | 13 | 7d | received 0x7d 2 at byte 315436, expected the footer 0x7e 2",
        "tail | -1 | 03 | received 0x7e 3 at byte",
    })
    void shouldRefuseWhatIsInconsistent(String what, int delta, String bytes, String message) throws IOException {
        SnapshotFile written = small();
        written.write(path());
        try (FileChannel file = FileChannel.open(path(), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(HexFormat.of().parseHex(bytes)), written.positions.get(what) + delta);
        }
        String refusal = refusal(path());
        assertTrue(refusal.contains(message.startsWith("received") ? message : "received " + message), refusal);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "00000000 | there are only zeros; the snapshot was not written to its end, or its beginning is lost",
        "1f8b0800 | the file is compressed; decompress it with gunzip first",
        "28b52ffd | the file is compressed; decompress it with zstd -d first",
        "fd377a58 | the file is compressed; decompress it with xz -d first",
        "425a6839 | the file is compressed; decompress it with bzip2 -d first",
        "04224d18 | the file is compressed; decompress it with lz4 -d first",
        "4c696276 | the file is a save image of libvirt; the snapshot begins behind its header, give ,offset=",
        "514649fb | the file is a disk image (qcow2)",
        "7f454c46 | the file is a dump of memory or a program (ELF)",
        "23212f62 | is it a mapped-ram snapshot?"})
    void shouldNameWhatAFileIs(String begin, String what) throws IOException {
        Files.write(path(), HexFormat.of().parseHex(begin + "00000003"));
        assertEquals("received magic 0x" + begin + ", expected 0x5145564d; " + what, refusal(path()));
    }

    /** As a crash leaves what was not on the disk yet. */
    @Test
    void shouldNameZerosWhereTheSnapshotGoesOn() throws IOException {
        SnapshotFile written = small();
        written.write(path());
        long length = Files.size(path());
        for (String from : List.of("entry pc.rom", "part of RAM")) {
            long at = written.positions.get(from) + (from.startsWith("part") ? 5 : 0);
            try (FileChannel file = FileChannel.open(path(), StandardOpenOption.WRITE)) {
                file.truncate(at);
                file.write(ByteBuffer.allocate(1), length - 1);
            }
            assertEquals("received zeros before byte " + (at + (from.startsWith("part") ? 8 : 9))
                    + ", expected a part of the snapshot; it was not written to its end", refusal(path()));
            written.write(path());
        }
    }

    @Test
    void shouldRefuseAStreamWithoutMappedRam() throws IOException {
        SnapshotFile written = small();
        written.capabilities = List.of();
        assertEquals(
                "received a migration stream with capabilities \"\", expected mapped-ram among them; save with this "
                + "capability on", refusal(written.write(path())));
        written.capabilities = List.of("mapped-ram", "x-ignore-shared");
        assertEquals("received a snapshot with capability x-ignore-shared, expected one that has all of RAM",
                refusal(written.write(path())));
    }

    @Test
    void shouldRefuseMoreRamThanCanBeCountedBeforeItTakesMemory() throws IOException {
        SnapshotFile written = new SnapshotFile().block("huge", 4096, Map.of());
        written.write(path());
        try (FileChannel file = FileChannel.open(path(), StandardOpenOption.WRITE)) {
            ByteBuffer length = ByteBuffer.allocate(8).putLong(0, 1L << 43);
            file.write(length.duplicate(), written.positions.get("entry huge") + 5);
            file.write(ByteBuffer.allocate(8).putLong(0, 1L << 43 | 4), written.positions.get("entry huge") - 8);
        }
        assertEquals(
                "RAM block \"huge\", mapped-ram header at byte 111: received 2147483648 pages of RAM and more, "
                + "expected at most 2147483647", refusal(path()));
    }
}
