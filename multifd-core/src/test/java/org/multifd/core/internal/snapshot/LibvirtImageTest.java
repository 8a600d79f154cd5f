package org.multifd.core.internal.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.RamSections;

/** A save image of libvirt's is read where it has a snapshot, and named where it has none. */
class LibvirtImageTest {

    private static final int XML = 4096 - 92;

    @TempDir
    Path temp;

    private static byte[] head(String magic, int version, int xml, int format, ByteOrder order) {
        return ByteBuffer.allocate(92 + XML).order(order).put(magic.getBytes(StandardCharsets.US_ASCII))
                .putInt(version).putInt(xml).putInt(1).putInt(format).array();
    }

    /** The head in front of a snapshot whose places are counted from the file's beginning. */
    private Path image(byte[] head) throws IOException {
        Path plain = new SnapshotFile().block("pc.ram", 5 * 4096, Map.of(1L, new byte[4096])).write(temp.resolve("a"));
        Path file = temp.resolve("image");
        byte[] snapshot = Files.readAllBytes(plain);
        Files.write(file, ByteBuffer.allocate(head.length + snapshot.length).put(head).put(snapshot).array());
        return file;
    }

    private static String refusal(Path file) {
        return assertThrows(GuestFileException.class, () -> Snapshot.open(file).close()).getMessage();
    }

    @ParameterizedTest
    @CsvSource({"LITTLE_ENDIAN", "BIG_ENDIAN"})
    void shouldFindTheSnapshotOfASparseImage(String order) throws Exception {
        ByteOrder bytes = order.equals("LITTLE_ENDIAN") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        Path file = temp.resolve("image");
        SnapshotWriter writer = SnapshotWriter.create(file, 92 + XML, IfExists.KEEP);
        writer.begin(new Configuration("pc", 0, List.of(), null), new RamBlocks(List.of(
                RamBlock.withoutMemory("pc.ram", 4096, 5 * 4096))));
        writer.complete(new RamSections(2, 0, false), SnapshotFile.TAIL);
        writer.keep();
        byte[] all = Files.readAllBytes(file);
        System.arraycopy(head("LibvirtQemudSave", 2, XML, 6, bytes), 0, all, 0, 92);
        Files.write(file, all);
        try (Snapshot snapshot = Snapshot.open(file)) {
            assertEquals("pc.ram", snapshot.blocks().get(0).name());
            assertEquals(Files.size(file), snapshot.endOfStream());
        }
    }

    @ParameterizedTest
    @CsvSource({"0,raw", "1,gzip", "2,bzip2", "3,xz", "4,lzop", "5,zstd", "7,7", "-1,4294967295"})
    void shouldNameTheFormatThatHasNoSnapshot(int format, String name) throws Exception {
        Path file = image(head("LibvirtQemudSave", 2, XML, format, ByteOrder.LITTLE_ENDIAN));
        assertEquals(file + ": received a save image of libvirt in the format " + name + ", expected sparse, "
                + "which alone has RAM at fixed places; virsh restore it, then virsh save --image-format sparse",
                refusal(file));
    }

    @Test
    void shouldNotBelieveWhatAHeadClaims() throws Exception {
        Path partial = image(head("LibvirtQemudPart", 2, XML, 6, ByteOrder.LITTLE_ENDIAN));
        assertEquals(partial + ": received a save image of libvirt that was not completed, expected a whole one; save "
                + "the guest again", refusal(partial));
        Path newer = image(head("LibvirtQemudSave", 3, XML, 6, ByteOrder.BIG_ENDIAN));
        assertEquals(newer + ": received a save image of libvirt with version 3 and a description of " + XML
                + " bytes, expected version 2 and at most 16777216", refusal(newer));
        Path large = image(head("LibvirtQemudSave", 2, -5, 6, ByteOrder.LITTLE_ENDIAN));
        assertEquals(large + ": received a save image of libvirt with version 2 and a description of 4294967291 bytes, "
                + "expected version 2 and at most 16777216", refusal(large));
    }
}
