package org.multifd.core.internal.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.core.Warnings;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.RamSections;

/** A file whose beginning is another program's. */
class SharedFileTest {

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("a");
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private SharedFile written(IfExists existing) throws IOException {
        SharedFile file = SharedFile.open(file(), 4, existing);
        file.begin();
        file.write(text("new"), 6);
        return file;
    }

    @Test
    void shouldKeepTheFileInItsPlace() throws Exception {
        Files.writeString(file(), "head");
        SharedFile file = written(IfExists.KEEP);
        file.publish();
        file.keep();
        file.abandon();
        assertEquals("head\0\0new", Files.readString(file()));
    }

    /** Its permissions are its owner's matter; but a guest's secrets are not left to all without a word. */
    @Test
    @Timeout(20)
    void shouldWarnOfAFileThatAllCanRead() throws Exception {
        Files.writeString(file(), "head");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-rw----"));
        try (Warnings warnings = new Warnings()) {
            SharedFile.open(file(), 4, IfExists.KEEP).abandon();
            assertEquals(0, warnings.count());
            Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-rw-rw-"));
            SharedFile.open(file(), 4, IfExists.KEEP).abandon();
            warnings.await(file() + " can be read by all users of this host, and will have all of the guest's secrets "
                    + "in it; chmod o-r takes that away, the file's permissions are not changed here");
        }
        assertEquals("rw-rw-rw-", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
    }

    @Test
    void shouldSayThatNoFileCanHaveSuchAnOffset() throws Exception {
        Files.writeString(file(), "head");
        long offset = 1L << 62;
        SharedFile file = SharedFile.open(file(), offset, IfExists.KEEP);
        String message = assertThrows(IOException.class, () -> file.write(text("new"), offset)).getMessage();
        assertTrue(message.matches("cannot write " + file() + " from offset 4611686018427387904 on: .+; few file "
                + "systems have files of that size, give a smaller offset"), message);
        file.abandon();
        assertEquals("head", Files.readString(file()));
    }

    @Test
    void shouldCutWhatWasWritten() throws Exception {
        Files.writeString(file(), "head");
        SharedFile file = written(IfExists.KEEP);
        file.abandon();
        file.abandon();
        assertEquals("head", Files.readString(file()));
    }

    /** The source could not be told that all has arrived. */
    @Test
    void shouldTakeBackWhatWasPublished() throws Exception {
        Files.writeString(file(), "head");
        SharedFile file = written(IfExists.KEEP);
        file.publish();
        file.abandon();
        assertEquals("head", Files.readString(file()));
    }

    /** The program may write its header while the snapshot is being written. */
    @Test
    void shouldLeaveAHeaderThatCameMeanwhile() throws Exception {
        Files.createFile(file());
        SharedFile file = written(IfExists.KEEP);
        Files.write(file(), new byte[] {'h', 'e', 'a', 'd'}, StandardOpenOption.WRITE);
        file.abandon();
        assertEquals("head", Files.readString(file()));
    }

    @Test
    void shouldDeleteWhatItMade() throws Exception {
        written(IfExists.KEEP).abandon();
        assertFalse(Files.exists(file()));
        SharedFile.open(file(), 4, IfExists.KEEP).abandon();
        assertFalse(Files.exists(file()));
    }

    @Test
    void shouldRefuseWhatIsBehindTheOffset() throws Exception {
        Files.writeString(file(), "head and more");
        assertEquals("file " + file()
                + " has 9 bytes from offset 4 on; choose another offset, or --force to discard them",
                assertThrows(GuestFileException.class, () -> SharedFile.open(file(), 4, IfExists.KEEP_UNLESS_FORCED))
                .getMessage());
        assertEquals("head and more", Files.readString(file()));
    }

    @Test
    void shouldRefuseWhatCameBehindTheOffsetMeanwhile() throws Exception {
        Files.writeString(file(), "head");
        SharedFile file = SharedFile.open(file(), 4, IfExists.KEEP);
        Files.writeString(file(), " and more", StandardOpenOption.APPEND);
        assertThrows(GuestFileException.class, file::begin);
        file.abandon();
        assertEquals("head and more", Files.readString(file()));
    }

    @Test
    void shouldDiscardWhatIsBehindTheOffsetNotBeforeItBegins() throws Exception {
        Files.writeString(file(), "head and more");
        SharedFile unused = SharedFile.open(file(), 4, IfExists.REPLACE);
        unused.abandon();
        assertEquals("head and more", Files.readString(file()));
        SharedFile file = written(IfExists.REPLACE);
        assertEquals("head\0\0new", Files.readString(file()));
        file.keep();
    }

    @Test
    void shouldRefuseAFileThatCannotBeWritten() throws Exception {
        Files.writeString(file(), "head");
        assertTrue(file().toFile().setWritable(false));
        Path closed = Files.isWritable(file()) ? Path.of("/sys/kernel/uevent_seqnum") : file(); // the former for root
        assertEquals("cannot create " + closed
                + ": no permission to write this file; choose another one, or ask for the permission",
                assertThrows(GuestFileException.class, () -> SharedFile.open(closed, 4, IfExists.KEEP)).getMessage());
    }

    /** Killed at any point before its end it leaves nothing that passes for a snapshot. */
    @Test
    void shouldHaveItsBeginningWhenAllElseIsThere() throws Exception {
        Files.writeString(file(), "head");
        RamBlocks blocks = new RamBlocks(List.of(RamBlock.withoutMemory("ram", 4096, 4096)));
        SnapshotWriter writer = SnapshotWriter.create(file(), 4, IfExists.KEEP);
        writer.begin(Configuration.of("m", 4096, null), blocks);
        byte[] page = new byte[4096];
        page[7] = 7;
        PageTarget target = writer.target();
        target.runs(0, new long[1], 1).copyFrom(ByteBuffer.wrap(page));
        target.arrived(0, new long[1], 1, 0);
        assertNothing();
        // It fails at the tail, when bitmaps and all are written.
        assertThrows(NullPointerException.class, () -> writer.complete(new RamSections(2, 0, false), null));
        assertNothing();
        writer.complete(new RamSections(2, 0, false), SnapshotFile.TAIL);
        writer.keep();
        try (Snapshot snapshot = Snapshot.open(file(), 4)) {
            assertArrayEquals(SnapshotFile.TAIL, snapshot.tail());
        }
        assertEquals("head", new String(Files.readAllBytes(file()), 0, 4, StandardCharsets.US_ASCII));
    }

    private void assertNothing() {
        String message = assertThrows(GuestFileException.class, () -> Snapshot.open(file(), 4)).getMessage();
        assertTrue(message.equals(file()
                + ": received magic 0x00000000, expected 0x5145564d; there are only zeros; the snapshot was not "
                + "written to its end, or its beginning is lost") || message.equals(file()
                + ": the file has 4 bytes, expected a mapped-ram snapshot at offset 4 of it; give its own offset"),
                message);
    }
}
