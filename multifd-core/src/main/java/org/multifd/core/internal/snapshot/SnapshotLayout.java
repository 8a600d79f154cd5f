package org.multifd.core.internal.snapshot;

import java.util.Arrays;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.stream.MappedRamStream;
import org.multifd.core.internal.wire.WireException;

/** Where everything lies in a mapped-ram file: per block its entry, its bitmap, its pages (wire-format 7). */
final class SnapshotLayout {

    /** Pages begin at multiples of this, as QEMU lays them out. */
    static final long ALIGNMENT = 1 << 20;

    /** The largest file of ext4. A peer's claim is not believed beyond it, nor beyond what could be read again. */
    private static final long RAM_LIMIT = 1L << 44;

    private final long[] entries;
    private final long[] bitmaps;
    private final long[] pages;
    private final long end;

    /** @param start where in the file the first block's entry begins */
    SnapshotLayout(long start, RamBlocks blocks) throws WireException {
        long limit = Math.min(RAM_LIMIT, SnapshotHandler.PAGES_LIMIT * blocks.pageSize());
        if (blocks.length() > limit) {
            throw new WireException("RAM: received a guest of " + blocks.length() + " bytes, expected at most " + limit);
        }
        entries = new long[blocks.count()];
        bitmaps = new long[blocks.count()];
        pages = new long[blocks.count()];
        long at = start;
        for (int i = 0; i < blocks.count(); i++) {
            RamBlock block = blocks.get(i);
            entries[i] = at;
            bitmaps[i] = at + MappedRamStream.entryBytes(block);
            pages[i] = roundUp(bitmaps[i] + bitmapBytes(block));
            at = pages[i] + block.length();
        }
        end = at;
    }

    private static long roundUp(long offset) {
        return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** A bitmap is whole words of 64 bits. */
    static long bitmapBytes(RamBlock block) {
        return (block.pages() + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
    }

    long entry(int block) {
        return entries[block];
    }

    long bitmap(int block) {
        return bitmaps[block];
    }

    long pages(int block) {
        return pages[block];
    }

    /** Where the stream goes on behind the last block's pages. */
    long end() {
        return end;
    }

    @Override
    public String toString() {
        return "entries " + Arrays.toString(entries) + ", pages " + Arrays.toString(pages) + ", end " + end;
    }
}
