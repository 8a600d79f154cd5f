package org.multifd.core.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.core.internal.snapshot.PlainSnapshot;
import org.multifd.core.internal.snapshot.SnapshotFile;

/** A block beyond 2 GiB of which few pages have content: neither disk nor memory is taken for the others. */
class HugeSnapshotTest {

    private static final int PAGE = 4096;
    private static final long LENGTH = 3L << 30;
    private static final long[] PAGES = {0, 1, 2, 1000, (1L << 31) / PAGE - 1, (1L << 31) / PAGE, (1L << 31) / PAGE + 1,
        LENGTH / PAGE - 1};
    private static final long MOST_BYTES = 100L << 20;

    @TempDir
    Path directory;

    private static void counted(DataOutputStream out, String text) throws IOException {
        out.writeByte(text.length());
        out.writeBytes(text);
    }

    private static byte[] main() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeBytes("QEVM");
        out.writeInt(3);
        out.writeByte(7);
        out.writeInt(2);
        out.writeBytes("pc");
        out.writeByte(1);
        out.writeInt(5);
        counted(out, "ram");
        out.writeInt(0);
        out.writeInt(4);
        out.writeLong(LENGTH | 4);
        counted(out, "pc.ram");
        out.writeLong(LENGTH);
        for (int end = 0; end < 2; end++) {
            if (end == 1) {
                out.writeByte(3);
                out.writeInt(5);
            }
            out.writeLong(0x200);
            out.writeLong(0x10);
            out.writeByte(0x7E);
            out.writeInt(5);
        }
        out.write(SnapshotFile.TAIL);
        return bytes.toByteArray();
    }

    private static byte[] content(long page) {
        byte[] bytes = new byte[PAGE];
        Arrays.fill(bytes, (byte) (page ^ page >> 8 ^ 0x55));
        return bytes;
    }

    private static void packet(DataOutputStream out, int flags, long... pages) throws IOException {
        out.writeInt(0x11223344);
        out.writeInt(1);
        out.writeInt(flags);
        out.writeInt(pages.length == 0 ? 0 : 128);
        out.writeInt(pages.length);
        out.writeInt(pages.length * PAGE);
        out.write(new byte[40]);
        out.write(Arrays.copyOf(pages.length == 0 ? new byte[0] : "pc.ram".getBytes(StandardCharsets.US_ASCII), 256));
        for (int i = 0; i < 128; i++) {
            out.writeLong(i < pages.length ? pages[i] * PAGE : 0);
        }
        for (long page : pages) {
            out.write(content(page));
        }
    }

    private static byte[] channel() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0x11223344);
        out.writeInt(1);
        out.write(new byte[56]);
        packet(out, 1);
        packet(out, 0, PAGES);
        packet(out, 1);
        return bytes.toByteArray();
    }

    private static long residentBytes() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(each -> each.startsWith("VmRSS:"))
                .findFirst().orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
    }

    private static long allocatedBytes(Path file) throws IOException {
        Process du = new ProcessBuilder("du", "-k", file.toString()).start();
        return Long.parseLong(new String(du.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                .split("\\s")[0]) << 10;
    }

    @Test
    void shouldTakeNoSpaceForWhatIsZero() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/status")), "VmRSS is read where Linux tells it");
        // told the number, because this source leaves pages out
        SnapshotReplay replay = new SnapshotReplay(directory).set("multifd-channels", 1);
        replay.connections.add(new Replayer.Connection(main(), true));
        replay.connections.add(new Replayer.Connection(channel(), true));
        long before = residentBytes();
        replay.run();
        long grown = residentBytes() - before;
        if (replay.error != null) {
            throw replay.error;
        }
        assertEquals("none", replay.stats.method());
        assertTrue(grown < MOST_BYTES, "resident memory grew by " + grown + " bytes");
        try (PlainSnapshot snapshot = new PlainSnapshot(replay.file)) {
            assertTrue(snapshot.size() > LENGTH, "size " + snapshot.size());
            assertTrue(allocatedBytes(replay.file) < 1 << 20, allocatedBytes(replay.file) + " bytes on disk");
            assertEquals(PAGES.length, snapshot.present("pc.ram"));
            Map<Long, byte[]> expected = new TreeMap<>();
            for (long page : PAGES) {
                expected.put(page, content(page));
            }
            for (long page : new long[] {0, 1, 2, 3, 999, 1000, 1001, PAGES[4] - 1, PAGES[4], PAGES[5], PAGES[6],
                PAGES[6] + 1, PAGES[7] - 1, PAGES[7]}) {
                assertArrayEquals(expected.getOrDefault(page, new byte[PAGE]), snapshot.page("pc.ram", page), "page "
                        + page);
            }
            assertArrayEquals(SnapshotFile.TAIL, snapshot.tail);
        }
    }
}
