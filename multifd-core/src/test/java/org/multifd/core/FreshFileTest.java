package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RAM that arrives in a new file. */
@Timeout(60)
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
    void shouldRefuseAFileThatHasContent() throws IOException {
        Path file = Files.write(directory.resolve("old"), new byte[3]);
        assertEquals("RAM block \"a\": received " + file + " of 3 bytes, expected a new or an empty file",
                assertThrows(IllegalArgumentException.class, () -> GuestRam.builder(4096).freshBlock("a", file, 4096)).getMessage());
        assertEquals(3, Files.size(file));
    }

    @Test
    void shouldMakeNoFileOfAWrongLength() {
        Path file = directory.resolve("odd");
        assertEquals("RAM block \"a\": received 5000 bytes, expected a positive multiple of the page size 4096",
                assertThrows(IllegalArgumentException.class, () -> GuestRam.builder(4096).freshBlock("a", file, 5000)).getMessage());
        assertEquals(false, Files.exists(file));
    }

    private GuestRam fresh(int pageSize, long length) {
        try {
            return GuestRam.builder(pageSize).freshBlock("block0", directory.resolve("ram"), length).build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
