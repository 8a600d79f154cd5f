package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A block beyond 2 GiB, of mapped memory in segments, moves as any other. */
class HugeGuestTest {

    private static final long SEGMENT = 1L << 30;
    private static final long LENGTH = 2 * SEGMENT + (64L << 20);
    private static final List<Long> OFFSETS = List.of(0L, SEGMENT - 8, SEGMENT, (1L << 31) - 8, 1L << 31, (1L << 31)
            + 65536, LENGTH - 8);
    private static final long USED = (1L << 31) + (1 << 20);

    @TempDir
    private Path directory;

    private GuestRam sparse(String name) throws IOException {
        try (FileChannel file = FileChannel.open(directory.resolve(name), StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer[] segments = new ByteBuffer[3];
            for (int i = 0; i < segments.length; i++) {
                segments[i] = file.map(FileChannel.MapMode.READ_WRITE, i * SEGMENT,
                        Math.min(SEGMENT, LENGTH - i * SEGMENT));
            }
            return GuestRam.builder(65536).block("huge", segments).build();
        }
    }

    private GuestRam source() throws IOException {
        GuestRam ram = sparse("source");
        for (long offset : OFFSETS) {
            ram.write("huge", offset, ByteBuffer.allocate(8).putLong(~offset).flip());
        }
        return ram;
    }

    private GuestRam destination() throws IOException {
        GuestRam ram = sparse("destination");
        ram.write("huge", USED, ByteBuffer.allocate(8).putLong(-1).flip());
        return ram;
    }

    private static void assertArrived(GuestRam arrived, MigrationStats stats) {
        ByteBuffer word = ByteBuffer.allocate(8);
        for (long offset : OFFSETS) {
            arrived.read("huge", offset, word.clear());
            assertEquals(~offset, word.getLong(0), "at " + offset);
        }
        arrived.read("huge", USED, word.clear());
        assertEquals(0, word.getLong(0), "what was there before is cleared");
        assertEquals(LENGTH / 65536, stats.normalPages() + stats.zeroPages());
        assertEquals(OFFSETS.size(), stats.normalPages());
    }

    @Test
    void shouldKeepABlockBeyondTwoGigabytesInAFile() throws Exception {
        String uri = "file:" + directory.resolve("huge.snap");
        try (TestGuest guest = new TestGuest(source(), 0, new byte[0], false)) {
            LiveFileTest.save(guest, guest.log, LiveFileTest.channels(4), uri);
        }
        MigrationDestination loaded = LiveFileTest.load(uri, LiveFileTest.channels(3), RamSupplier.into(destination()));
        assertArrived(loaded.ram(), loaded.stats());
    }

    @Test
    void shouldMoveABlockBeyondTwoGigabytes() throws Exception {
        GuestRam ram = source();
        GuestRam arrived = destination();
        try (Pair pair = new Pair(new TestGuest(ram, 0, new byte[0], false))) {
            pair.supplier = RamSupplier.into(arrived);
            pair.run();
            assertNull(pair.sourceError);
            assertArrived(arrived, pair.received);
        }
    }
}
