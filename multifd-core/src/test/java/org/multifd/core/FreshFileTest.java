package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RAM that arrives in a new file. */
class FreshFileTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"4096,1", "4096,4", "65536,2"})
    void shouldShowARunningGuestInMemoryAndInTheFile(int pageSize, int channels) throws Exception {
        try (Pair pair = new Pair(new TestGuest(TestGuest.ram(pageSize, 3 << 20), 11, new byte[] {4}))) {
            pair.source.set("multifd-channels", channels);
            pair.supplier = (size, blocks) -> fresh(size, blocks.get("block0"));
            pair.guest.start();
            pair.run();
            assertNull(pair.sourceError);
            assertNotNull(pair.received);
            MigrationTest.assertSame(pair.guest.ram, pair.incoming.ram());
            MigrationTest.assertSame(pair.guest.ram, ofFile(pageSize));
        }
    }

    @Test
    void shouldTakeTheNextMigrationIntoTheSameMemory() throws Exception {
        GuestRam ram = fresh(4096, 1 << 20);
        for (int seed = 1; seed <= 2; seed++) {
            try (Pair pair = new Pair(new TestGuest(TestGuest.ram(4096, 1 << 20), seed, new byte[0]))) {
                pair.supplier = (size, blocks) -> ram;
                pair.run();
                assertNull(pair.sourceError);
                MigrationTest.assertSame(pair.guest.ram, ram);
                MigrationTest.assertSame(pair.guest.ram, ofFile(4096));
            }
        }
    }

    @Test
    void shouldLetNobodyElseReadANewFile() throws Exception {
        fresh(4096, 4096);
        assertNobodyElseReads(directory.resolve("ram"));
    }

    /** A guest's memory has all of its secrets. */
    static void assertNobodyElseReads(Path file) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        assertTrue(permissions.contains(PosixFilePermission.OWNER_READ), permissions.toString());
        assertFalse(permissions.contains(PosixFilePermission.OTHERS_READ), permissions.toString());
        assertFalse(permissions.contains(PosixFilePermission.OTHERS_WRITE), permissions.toString());
    }

    @Test
    void shouldRefuseAFileThatHasContent() throws IOException {
        Path file = Files.write(directory.resolve("old"), new byte[3]);
        assertEquals("RAM block \"a\": " + file + ": received a file of 3 bytes, expected a new or an empty one",
                refused("a", file));
        assertEquals(3, Files.size(file));
        Path absent = directory.resolve("absent").resolve("ram");
        assertEquals("RAM block \"a\": " + absent + ": there is no such directory; make it first",
                refused("a", absent));
    }

    private static String refused(String name, Path file) {
        MigrationException error = assertThrows(MigrationException.class,
                () -> GuestRam.builder(4096).freshBlock(name, file, 4096));
        assertEquals(MigrationException.Kind.FILE, error.kind());
        return error.getMessage();
    }

    @Test
    void shouldMakeNoFileOfAWrongLengthOrName() {
        Path file = directory.resolve("odd");
        assertEquals("RAM block \"a\": received 5000 bytes, expected a positive multiple of the page size 4096",
                assertThrows(IllegalArgumentException.class, () -> GuestRam.builder(4096).freshBlock("a", file, 5000))
                .getMessage());
        assertThrows(IllegalArgumentException.class, () -> GuestRam.builder(4096).freshBlock("a".repeat(256), file,
                4096));
        assertFalse(Files.exists(file));
    }

    /** Present and zero pages by turns, more of them than a stretch has, on both sides of a segment's end. */
    @Test
    void shouldLoadASnapshotWithGaps() throws Exception {
        long length = (1L << 30) + (1 << 20);
        try (TestGuest guest = new TestGuest(TestGuest.ram(4096, length), 1, new byte[0], false)) {
            ByteBuffer page = ByteBuffer.allocateDirect(4096);
            for (long at = (1L << 30) - (2 << 20); at < length; at += 3 * 4096) {
                guest.ram.write("block0", at, page.putLong(0, at).clear());
            }
            String uri = "file:" + directory.resolve("snapshot");
            LiveFileTest.save(guest, guest.log, LiveFileTest.channels(2), uri);
            GuestRam loaded = LiveFileTest.load(uri, LiveFileTest.channels(2), RamSupplier.into(fresh(4096, length)))
                    .ram();
            for (long at = (1L << 30) - (4 << 20); at < length; at += 4096) {
                guest.ram.read("block0", at, page.clear());
                long expected = page.getLong(0);
                loaded.read("block0", at, page.clear());
                assertEquals(expected, page.getLong(0), "page at " + at);
            }
        }
    }

    private GuestRam fresh(int pageSize, long length) throws MigrationException {
        return GuestRam.builder(pageSize).freshBlock("block0", directory.resolve("ram"), length).build();
    }

    private GuestRam ofFile(int pageSize) throws IOException {
        try (FileChannel file = FileChannel.open(directory.resolve("ram"))) {
            ByteBuffer all = ByteBuffer.allocateDirect((int) file.size());
            while (all.hasRemaining() && file.read(all) >= 0) {
                continue;
            }
            return GuestRam.builder(pageSize).block("block0", all.flip()).build();
        }
    }
}
