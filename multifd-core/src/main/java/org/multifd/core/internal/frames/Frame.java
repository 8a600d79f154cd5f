package org.multifd.core.internal.frames;

import java.nio.ByteBuffer;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.wire.PacketHeader;
import org.multifd.core.internal.wire.WireException;

/**
 * A frame: one packet's payload of pages of one block, and what the index says of it. A reused object, as a packet's
 * header is.
 */
public final class Frame {

    /** What each run has in the index besides the pages' sums. */
    static final int RUN_BYTES = Integer.BYTES + Short.BYTES;

    /** What each frame has besides its runs and sums. */
    static final int FIXED_BYTES = Long.BYTES + 2 * Integer.BYTES + 2 * Short.BYTES;

    /** The top bit of a run's pages: the file has newer ones of them elsewhere, or they turned zero. */
    private static final int SUPERSEDED = 0x8000;

    /** Where the payload begins, from the snapshot's first byte. */
    public long position;
    /** The payload's bytes. */
    public int length;
    /** The CRC-32C of the payload. */
    public int sum;
    /** The block's index. */
    public int block;
    /** How many pages the payload has. */
    public int pages;
    /** How many of them count. */
    public int current;
    /** Where each page is in its block, in bytes. */
    public final long[] offsets;
    /** The CRC-32C of each page. */
    public final int[] sums;
    /** Whether a page does not count: the file has a newer one, or it turned zero. */
    public final boolean[] superseded;

    private final int pageSize;

    public Frame(int pageSize) {
        this.pageSize = pageSize;
        int pageCount = PacketHeader.pageCount(pageSize);
        this.offsets = new long[pageCount];
        this.sums = new int[pageCount];
        this.superseded = new boolean[pageCount];
    }

    /** Whether all its pages count. */
    public boolean isWhole() {
        return current == pages;
    }

    /** The place of a page among the frame's pages, or -1 if none that counts is of this offset. */
    public int indexOf(long offset) {
        for (int i = 0; i < pages; i++) {
            if (offsets[i] == offset && !superseded[i]) {
                return i;
            }
        }
        return -1;
    }

    /** The first page that counts. */
    public long firstCurrent() {
        int i = 0;
        while (superseded[i]) {
            i++;
        }
        return offsets[i];
    }

    /** Notes which pages count: those whose frame in the table is this one, and of a page's copies the last. */
    void mark(PageFrames table, int id) {
        current = 0;
        boolean ascending = true;
        for (int i = 0; i < pages; i++) {
            ascending &= i == 0 || offsets[i] > offsets[i - 1];
            superseded[i] = table.get(block, offsets[i] / pageSize) != id;
        }
        for (int i = 0; i < pages; i++) {
            superseded[i] |= !ascending && comesAgain(i);
            current += superseded[i] ? 0 : 1;
        }
    }

    private boolean comesAgain(int page) {
        int i = page + 1;
        while (i < pages && offsets[i] != offsets[page]) {
            i++;
        }
        return i < pages;
    }

    private int endOfRun(int first) {
        int i = first + 1;
        while (i < pages && offsets[i] == offsets[i - 1] + pageSize && superseded[i] == superseded[first]) {
            i++;
        }
        return i;
    }

    /** Puts it as the index has it. */
    void encode(ByteBuffer out) {
        int runsAt = out.putLong(position).putInt(length).putInt(sum).putShort((short) block).position();
        out.putShort((short) 0);
        int runs = 0;
        int end;
        for (int first = 0; first < pages; first = end) {
            end = endOfRun(first);
            out.putInt((int) (offsets[first] / pageSize));
            out.putShort((short) (end - first | (superseded[first] ? SUPERSEDED : 0)));
            runs++;
        }
        out.putShort(runsAt, (short) runs);
        for (int i = 0; i < pages; i++) {
            out.putInt(sums[i]);
        }
    }

    /** The most bytes that {@link #encode} puts. */
    static int mostBytes(int pageSize) {
        return FIXED_BYTES + PacketHeader.pageCount(pageSize) * (RUN_BYTES + Integer.BYTES);
    }

    /** Gets it from the index and checks it by itself. @param end where the payload must have ended */
    void decode(ByteBuffer in, RamBlocks blocks, long end) throws WireException {
        need(in, FIXED_BYTES);
        position = in.getLong();
        length = in.getInt();
        sum = in.getInt();
        block = in.getShort() & 0xFFFF;
        int runs = in.getShort() & 0xFFFF;
        check(length > 0 && length <= PacketHeader.PAYLOAD_LIMIT, "a payload of " + Integer.toUnsignedString(length)
                + " bytes", "1.." + PacketHeader.PAYLOAD_LIMIT);
        check(position >= FrameHead.BYTES && position <= end - length, length + " bytes at byte "
                + Long.toUnsignedString(position), "them between byte " + FrameHead.BYTES + " and byte " + end);
        check(block < blocks.count(), "block " + block, "one of " + blocks.count());
        check(runs > 0 && runs <= offsets.length, runs + " runs of pages", "1.." + offsets.length);
        pages = 0;
        current = 0;
        need(in, runs * RUN_BYTES);
        for (int i = 0; i < runs; i++) {
            decodeRun(in, blocks.get(block));
        }
        check(current > 0, "no page that counts", "at least one");
        need(in, pages * Integer.BYTES);
        for (int i = 0; i < pages; i++) {
            sums[i] = in.getInt();
        }
    }

    private void decodeRun(ByteBuffer in, RamBlock of) throws WireException {
        long page = in.getInt() & 0xFFFFFFFFL;
        int bits = in.getShort() & 0xFFFF;
        boolean old = (bits & SUPERSEDED) != 0;
        int count = bits & ~SUPERSEDED;
        check(count > 0 && count <= offsets.length - pages, "a run of " + count + " pages", "1.."
                + (offsets.length - pages));
        check(page + count <= of.pages(), "page " + page + " and " + (count - 1) + " behind it", "pages up to "
                + (of.pages() - 1));
        for (int i = 0; i < count; i++) {
            offsets[pages] = (page + i) * pageSize;
            superseded[pages++] = old;
        }
        current += old ? 0 : count;
    }

    private static void need(ByteBuffer in, int bytes) throws WireException {
        check(in.remaining() >= bytes, "the index's end", bytes + " bytes more");
    }

    private static void check(boolean holds, String received, String expected) throws WireException {
        if (!holds) {
            throw new WireException("received " + received + ", expected " + expected);
        }
    }
}
