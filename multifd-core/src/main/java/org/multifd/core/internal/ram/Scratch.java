package org.multifd.core.internal.ram;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Pages on their way to a file: a packet's are one run of memory of its own, then written by position. One thread's.
 */
public final class Scratch {

    /** Writes neighbouring pages, the first of which is at this offset in the block. */
    @FunctionalInterface
    public interface Writer {
        void write(int block, long offset, ByteBuffer pages) throws IOException;
    }

    private static final String NAME = "scratch";

    private final int pageSize;
    private final RamRuns runs;
    private final long[] inOrder;
    private final Writer writer;
    private ByteBuffer bytes;
    private RamBlock block;

    public Scratch(int pageSize, int pageCount, Writer writer) {
        this.pageSize = pageSize;
        this.runs = new RamRuns(pageSize, pageCount, false);
        this.inOrder = new long[pageCount];
        for (int i = 0; i < pageCount; i++) {
            inOrder[i] = (long) i * pageSize;
        }
        this.writer = writer;
    }

    /** Room for so many pages of a block. */
    public RamRuns runs(String of, long[] addresses, int count) {
        if (bytes == null) {
            // Not before it is needed: main's target as a rule sees zero pages only.
            bytes = ByteBuffer.allocateDirect(inOrder.length * pageSize);
            block = new RamBlock(NAME, pageSize, false, bytes);
        }
        runs.set(block, inOrder, count, of, addresses);
        return runs;
    }

    /** Writes the first {@code count} pages, which belong at these offsets; neighbours are one write. */
    public void write(int block, long[] offsets, int count) throws IOException {
        int end;
        for (int first = 0; first < count; first = end) {
            end = RamRuns.endOfRun(offsets, first, count, pageSize);
            writer.write(block, offsets[first], bytes.limit(end * pageSize).position(first * pageSize));
        }
    }
}
