package org.multifd.core.internal.outgoing.postcopy;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.wire.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pages that a guest asked for, in their order, kept in a file (docs/reference/postcopy.md): read if there is such
 * a file, otherwise written when the migration is over. A file that cannot be used changes nothing but the order.
 */
final class WorkingSet {

    private static final Logger LOG = LoggerFactory.getLogger(WorkingSet.class);

    /** "MFWS". */
    private static final int MAGIC = 0x4D465753;
    private static final int VERSION = 1;
    /** The most pages in a file. */
    private static final int LIMIT = 1 << 22;
    private static final int PAGE_BITS = 48;
    private static final int FIRST = 1024;

    private final Path file;
    private final RamBlocks blocks;
    private final boolean recording;
    private long[] pages;
    private int size;

    private WorkingSet(Path file, RamBlocks blocks, boolean recording, long[] pages) {
        this.file = file;
        this.blocks = blocks;
        this.recording = recording;
        this.pages = pages;
        this.size = recording ? 0 : pages.length;
    }

    /**
     * Reads the file if there is one.
     *
     * @param file null for none
     * @param whole whether this migration begins with the first page, so that what is asked for is worth a file
     */
    static WorkingSet open(Path file, RamBlocks blocks, boolean whole) {
        if (file != null && Files.exists(file)) {
            try {
                return new WorkingSet(file, blocks, false, read(file, blocks));
            } catch (IOException e) {
                LOG.warn("working-set {}: {}; it is not used, and is left as it is", file, Text.reason(e));
                return new WorkingSet(file, blocks, false, new long[0]);
            }
        }
        boolean recording = file != null && whole;
        return new WorkingSet(file, blocks, recording, new long[recording ? FIRST : 0]);
    }

    /** Reads and checks a file: block and page of each entry. */
    static long[] read(Path file, RamBlocks blocks) throws IOException {
        byte[] header = header(blocks, 0);
        long most = header.length + (long) LIMIT * Long.BYTES + Integer.BYTES;
        long length = Files.size(file);
        if (length > most || length < header.length + Integer.BYTES) {
            throw new IOException("received " + length + " bytes, expected " + (header.length + Integer.BYTES) + " to "
                    + most + " for this snapshot");
        }
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
        try {
            return parse(in, blocks);
        } catch (BufferUnderflowException e) {
            throw new IOException("the file is cut off", e);
        }
    }

    private static long[] parse(ByteBuffer in, RamBlocks blocks) throws IOException {
        int magic = in.getInt(0);
        int version = in.getInt(Integer.BYTES);
        if (magic != MAGIC || version != VERSION) {
            throw new IOException(String.format("received magic 0x%08x version %d, expected 0x%08x version %d", magic,
                    Integer.toUnsignedLong(version), MAGIC, VERSION));
        }
        int body = in.limit() - Integer.BYTES;
        CRC32 sum = new CRC32();
        sum.update(in.array(), 0, body);
        if ((int) sum.getValue() != in.getInt(body)) {
            throw new IOException("received other bytes than its checksum says, expected a whole file");
        }
        byte[] header = header(blocks, 0);
        int fixed = header.length - Integer.BYTES;
        if (body < header.length || !Arrays.equals(in.array(), 0, fixed, header, 0, fixed)) {
            throw new IOException("received the page size and RAM blocks of another guest, expected the snapshot's");
        }
        int count = in.position(fixed).getInt();
        if (count < 0 || count > LIMIT || in.position() + (long) count * Long.BYTES != body) {
            throw new IOException("received " + Integer.toUnsignedString(count) + " pages in "
                    + (body - in.position()) + " bytes, expected " + Long.BYTES + " bytes for each");
        }
        long[] pages = new long[count];
        for (int i = 0; i < count; i++) {
            pages[i] = in.getLong();
            long block = pages[i] >>> PAGE_BITS;
            if (block >= blocks.count() || page(pages[i]) >= blocks.get((int) block).pages()) {
                throw new IOException("received page " + page(pages[i]) + " of RAM block number " + block
                        + ", expected a page of the snapshot");
            }
        }
        return pages;
    }

    private static long page(long entry) {
        return entry & (1L << PAGE_BITS) - 1;
    }

    /** Returns everything up to the pages. */
    private static byte[] header(RamBlocks blocks, int count) {
        int bytes = 5 * Integer.BYTES;
        for (int i = 0; i < blocks.count(); i++) {
            bytes += 1 + blocks.get(i).nameBytes().length + Long.BYTES;
        }
        ByteBuffer out = ByteBuffer.allocate(bytes).putInt(MAGIC).putInt(VERSION).putInt(blocks.pageSize())
                .putInt(blocks.count());
        for (int i = 0; i < blocks.count(); i++) {
            RamBlock block = blocks.get(i);
            out.put((byte) block.nameBytes().length).put(block.nameBytes()).putLong(block.length());
        }
        return out.putInt(count).array();
    }

    /** Returns how many pages are to be pushed first. */
    int size() {
        return recording ? 0 : size;
    }

    boolean isRecording() {
        return recording;
    }

    int block(int index) {
        return (int) (pages[index] >>> PAGE_BITS);
    }

    long offset(int index) {
        return page(pages[index]) * blocks.pageSize();
    }

    /** Notes a page that was asked for. For one thread. */
    void asked(int block, long offset) {
        if (recording && size < LIMIT) {
            if (size == pages.length) {
                pages = Arrays.copyOf(pages, size * 2);
            }
            pages[size++] = (long) block << PAGE_BITS | offset / blocks.pageSize();
        }
    }

    /** Writes the file, unless there was one. Its failure is not the migration's. */
    void save() {
        if (!recording || size == 0) {
            return;
        }
        byte[] header = header(blocks, size);
        ByteBuffer out = ByteBuffer.allocate(header.length + size * Long.BYTES + Integer.BYTES).put(header);
        for (int i = 0; i < size; i++) {
            out.putLong(pages[i]);
        }
        CRC32 sum = new CRC32();
        sum.update(out.array(), 0, out.position());
        out.putInt((int) sum.getValue());
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.write(part, out.array());
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("working-set {}: cannot be written: {}", file, Text.reason(e));
        }
    }
}
