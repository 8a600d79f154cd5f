package org.multifd.bench.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.wire.PacketHeader;
import org.multifd.tck.internal.data.SyntheticPages;

/** The guest memory that is measured with: the demo's synthetic pages, or what a file holds. */
public final class GuestImage {

    public static final int PAGE_SIZE = 4096;
    public static final String SYNTHETIC = "synthetic";

    /** A file has to fill one packet. */
    public static final int LEAST_FILE = PacketHeader.PACKET_BYTES;

    private static final int STRETCH = LEAST_FILE;
    private static final long SEED = 1;

    private GuestImage() {
    }

    /**
     * Makes an image of at most {@code bytes}.
     *
     * @param source {@link #SYNTHETIC}, or a file of raw memory: a larger one is sampled, evenly and in whole packets
     */
    public static RamBlock load(String source, long bytes) {
        return source.equals(SYNTHETIC) ? synthetic(bytes) : file(Path.of(source), bytes);
    }

    private static RamBlock synthetic(long bytes) {
        ByteBuffer memory = ByteBuffer.allocateDirect(Math.toIntExact(bytes));
        SyntheticPages content = new SyntheticPages(SEED);
        byte[] page = new byte[PAGE_SIZE];
        for (int number = 0; memory.hasRemaining(); number++) {
            content.fill(number, 0, page);
            memory.put(page);
        }
        return new RamBlock("pc.ram", PAGE_SIZE, false, memory.flip());
    }

    private static RamBlock file(Path path, long bytes) {
        try (FileChannel file = FileChannel.open(path)) {
            long stretches = file.size() / STRETCH;
            int wanted = (int) Math.min(bytes / STRETCH, stretches);
            if (wanted == 0) {
                throw new IllegalArgumentException(path + ": received a file of " + file.size()
                        + " bytes, expected at least " + STRETCH);
            }
            ByteBuffer memory = ByteBuffer.allocateDirect(wanted * STRETCH);
            for (int i = 0; i < wanted; i++) {
                readFully(file, memory.limit((i + 1) * STRETCH), i * stretches / wanted * STRETCH);
            }
            return new RamBlock("file", PAGE_SIZE, false, memory.flip());
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": " + e.getMessage(), e);
        }
    }

    private static void readFully(FileChannel file, ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int n = file.read(into, at);
            if (n < 0) {
                throw new EOFException("the file ended while it was read");
            }
            at += n;
        }
    }
}
