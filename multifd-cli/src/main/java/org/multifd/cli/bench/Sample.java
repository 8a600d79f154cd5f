package org.multifd.cli.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.SnapshotInfo;
import org.multifd.core.internal.ram.GuestFile;
import org.multifd.core.internal.ram.RamBlock;

/**
 * A sample of a file's memory, cut into packets of the pages that are not zero: of a snapshot, a mapped-ram file, all
 * of its RAM blocks; of any other file its bytes, as raw memory of 4 KiB pages. A file that holds more is sampled
 * evenly, in pieces of one packet.
 */
public final class Sample {

    /** How much memory one packet covers. */
    static final int PACKET = 512 << 10;

    private static final int RAW_PAGE_SIZE = 4096;
    private static final int SNAPSHOT_MAGIC = 0x5145564D;

    private final RamBlock memory;
    private final List<long[]> packets = new ArrayList<>();
    private long normalPages;

    /**
     * One packet's worth of the file's memory.
     *
     * @param position where it begins, or would begin
     * @param bitmap where the file says which of its pages have content; -1 if all have
     */
    private record Piece(long position, long bitmap) {

        /** A packet's bits in a bitmap are whole bytes. */
        BitSet present(FileChannel file, int pages) throws IOException {
            BitSet present = new BitSet();
            present.set(0, pages);
            if (bitmap >= 0) {
                ByteBuffer bits = ByteBuffer.allocate(pages / Byte.SIZE);
                readFully(file, bits, bitmap);
                present.and(BitSet.valueOf(bits.flip()));
            }
            return present;
        }
    }

    private Sample(ByteBuffer bytes, int pageSize) {
        memory = new RamBlock("sample", pageSize, false, bytes);
        ByteBuffer zeros = ByteBuffer.allocate(pageSize);
        for (long at = 0; at < memory.length(); at += PACKET) {
            long[] offsets = new long[PACKET / pageSize];
            int count = 0;
            for (long page = at; page < Math.min(memory.length(), at + PACKET); page += pageSize) {
                if (!bytes.slice((int) page, pageSize).equals(zeros)) {
                    offsets[count++] = page;
                }
            }
            if (count > 0) {
                packets.add(Arrays.copyOf(offsets, count));
                normalPages += count;
            }
        }
    }

    /**
     * Takes a sample of at most so many bytes; at least one packet, 512 KiB, is taken.
     *
     * @throws MigrationException of kind {@code FILE} if the file cannot be read, or holds not one packet
     */
    public static Sample of(Path file, long bytes) throws MigrationException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer start = ByteBuffer.allocate(Integer.BYTES);
            boolean snapshot = channel.read(start, 0) == Integer.BYTES && start.getInt(0) == SNAPSHOT_MAGIC;
            SnapshotInfo info = snapshot ? SnapshotInfo.read(file) : null;
            int pageSize = snapshot ? info.pageSize() : RAW_PAGE_SIZE;
            List<Piece> all = snapshot ? pieces(info) : pieces(channel.size());
            if (all.isEmpty()) {
                throw new MigrationException(Kind.FILE, "file:" + file
                        + ": received less memory than one packet, expected at least " + PACKET + " bytes");
            }
            int count = (int) Math.max(1, Math.min(Math.min(bytes, RamBlock.SEGMENT_BYTES) / PACKET, all.size()));
            ByteBuffer sample = ByteBuffer.allocateDirect(count * PACKET);
            for (int i = 0; i < count; i++) {
                Piece piece = all.get((int) ((long) i * all.size() / count));
                BitSet present = piece.present(channel, PACKET / pageSize);
                for (int page = present.nextSetBit(0); page >= 0; page = present.nextSetBit(page + 1)) {
                    int at = page * pageSize;
                    readFully(channel, sample.slice(i * PACKET + at, pageSize), piece.position() + at);
                }
            }
            return new Sample(sample, pageSize);
        } catch (NoSuchFileException e) {
            throw new MigrationException(Kind.FILE, "file:" + file + ": there is no such file", e);
        } catch (IOException e) {
            throw new MigrationException(Kind.FILE, "file:" + file + ": cannot be read: "
                    + GuestFile.reason(e, "there is no such file"), e);
        }
    }

    private static List<Piece> pieces(long fileBytes) {
        List<Piece> pieces = new ArrayList<>();
        for (long at = 0; at + PACKET <= fileBytes; at += PACKET) {
            pieces.add(new Piece(at, -1));
        }
        return pieces;
    }

    private static List<Piece> pieces(SnapshotInfo info) {
        int bitmapBytes = PACKET / info.pageSize() / Byte.SIZE;
        List<Piece> pieces = new ArrayList<>();
        for (SnapshotInfo.Block block : info.blocks()) {
            for (long at = 0; at + PACKET <= block.usedLength(); at += PACKET) {
                pieces.add(new Piece(block.pagesOffset() + at, block.bitmapOffset() + at / PACKET * bitmapBytes));
            }
        }
        return pieces;
    }

    private static void readFully(FileChannel file, ByteBuffer into, long position) throws IOException {
        for (long at = position; into.hasRemaining();) {
            int n = file.read(into, at);
            if (n < 0) {
                throw new EOFException("it became shorter while it was read");
            }
            at += n;
        }
    }

    RamBlock memory() {
        return memory;
    }

    /** The offsets of each packet's pages. */
    List<long[]> packets() {
        return packets;
    }

    /** How many bytes of memory it has. */
    public long bytes() {
        return memory.length();
    }

    /** How many bytes of it are not zero; the rest never reaches a method. */
    public long normalBytes() {
        return normalPages * memory.pageSize();
    }
}
