package org.multifd.bench.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.snapshot.Snapshot;
import org.multifd.core.internal.wire.PacketHeader;
import org.multifd.tck.internal.data.SyntheticPages;

/** All of a stopped guest's RAM in a file, and how much of it is not zero. */
public final class RamImage {

    /** What the guest holds when no file is given. */
    public enum Content { MIXED, ZERO }

    private static final int SEGMENT = RamBlock.SEGMENT_BYTES;
    private static final int CHUNK = PacketHeader.PACKET_BYTES;
    private static final long SEED = 1;

    private final Path file;
    private final long bytes;
    private final long nonZeroBytes;

    private RamImage(Path file) throws IOException {
        this.file = file;
        this.bytes = Files.size(file);
        this.nonZeroBytes = countNonZero();
    }

    /**
     * The demo's synthetic pages: 30 % zeros, 20 % each of text, code and pointers, 10 % noise; or nothing but zeros.
     */
    public static RamImage synthetic(Path file, Content content, int mebibytes) throws IOException {
        SyntheticPages pages = new SyntheticPages(SEED);
        byte[] page = new byte[GuestImage.PAGE_SIZE];
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long number = 0; number < mebibytes * (long) (1024 * 1024 / GuestImage.PAGE_SIZE); number++) {
                if (content == Content.MIXED) {
                    pages.fill(number, 0, page);
                }
                chunk.put(page);
                if (!chunk.hasRemaining()) {
                    write(out, chunk);
                }
            }
        }
        return new RamImage(file);
    }

    /** As much of a file of raw memory as makes a whole guest of {@code mebibytes}; zeros behind its end. */
    public static RamImage copyOf(Path from, Path file, int mebibytes) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        try (FileChannel in = FileChannel.open(from);
                FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long at = 0; at < mebibytes * 1024L * 1024; at += CHUNK) {
                int n = 0;
                while (n >= 0 && chunk.hasRemaining()) {
                    n = in.read(chunk, at + chunk.position());
                }
                while (chunk.hasRemaining()) {
                    chunk.put((byte) 0);
                }
                write(out, chunk);
            }
        }
        return new RamImage(file);
    }

    private static void write(FileChannel out, ByteBuffer chunk) throws IOException {
        chunk.flip();
        while (chunk.hasRemaining()) {
            out.write(chunk);
        }
        chunk.clear();
    }

    private long countNonZero() throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(GuestImage.PAGE_SIZE);
        long sum = 0;
        for (ByteBuffer segment : map(file, bytes, MapMode.READ_ONLY)) {
            for (int at = 0; at < segment.capacity(); at += GuestImage.PAGE_SIZE) {
                if (segment.slice(at, GuestImage.PAGE_SIZE).mismatch(zeros) >= 0) {
                    sum += GuestImage.PAGE_SIZE;
                }
            }
        }
        return sum;
    }

    /** A file's memory in segments, as a RAM block takes them; a file that is written is made that long. */
    public static MappedByteBuffer[] map(Path file, long bytes, MapMode mode) throws IOException {
        List<MappedByteBuffer> segments = new ArrayList<>();
        try (FileChannel channel = mode == MapMode.READ_ONLY ? FileChannel.open(file)
                : FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            for (long at = 0; at < bytes; at += SEGMENT) {
                segments.add(channel.map(mode, at, Math.min(SEGMENT, bytes - at)));
            }
        }
        return segments.toArray(MappedByteBuffer[]::new);
    }

    public Path file() {
        return file;
    }

    public long bytes() {
        return bytes;
    }

    public int mebibytes() {
        return (int) (bytes >> 20);
    }

    public long nonZeroBytes() {
        return nonZeroBytes;
    }

    /** What speeds and costs are counted by: the pages that carry something, or all of them where none does. */
    public double gigabytes() {
        return (nonZeroBytes == 0 ? bytes : nonZeroBytes) * 1e-9;
    }

    /**
     * Compares a guest's RAM that arrived.
     *
     * @throws IOException if a byte differs
     */
    public void demandIdentical(Path arrived) throws IOException {
        ByteBuffer sent = ByteBuffer.allocateDirect(CHUNK);
        ByteBuffer came = ByteBuffer.allocateDirect(CHUNK);
        try (FileChannel left = FileChannel.open(file); FileChannel right = FileChannel.open(arrived)) {
            for (long done = 0; done < bytes; done += CHUNK) {
                left.read(sent.clear(), done);
                // pages that the file does not hold are zero
                while (came.hasRemaining() && right.read(came, done + came.position()) >= 0) {
                    continue;
                }
                while (came.hasRemaining()) {
                    came.put((byte) 0);
                }
                int differs = sent.flip().mismatch(came.flip());
                if (differs >= 0) {
                    throw new IOException("RAM that arrived differs from what was sent at 0x"
                            + Long.toHexString(done + differs));
                }
                came.clear();
            }
        }
    }

    /** Compares the guest's RAM in a mapped-ram file. */
    public void demandIdenticalSnapshot(Path snapshot) throws IOException {
        try (Snapshot opened = Snapshot.open(snapshot)) {
            RamBlock block = opened.blocks().get(opened.blocks().byName("pc.ram"));
            PageSource pages = opened.source(null, false);
            long[] offsets = new long[PacketHeader.pageCount(GuestImage.PAGE_SIZE)];
            ByteBuffer came = ByteBuffer.allocateDirect(CHUNK);
            ByteBuffer sent = ByteBuffer.allocateDirect(CHUNK);
            try (FileChannel file = FileChannel.open(this.file)) {
                for (long at = 0; at < bytes; at += CHUNK) {
                    for (int i = 0; i < offsets.length; i++) {
                        offsets[i] = at + (long) i * GuestImage.PAGE_SIZE;
                    }
                    pages.read(block, offsets, offsets.length).copyTo(came.clear());
                    file.read(sent.clear(), at);
                    int differs = sent.flip().mismatch(came.flip());
                    if (differs >= 0) {
                        throw new IOException("the snapshot's RAM differs from what was sent at 0x"
                                + Long.toHexString(at + differs));
                    }
                }
            }
        } catch (GuestFileException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
