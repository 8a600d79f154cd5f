package org.multifd.core.internal.snapshot;

import java.util.ArrayList;
import java.util.List;
import org.multifd.core.internal.ram.PageBitmap;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.stream.MappedRamStream;
import org.multifd.core.internal.wire.WireException;

/**
 * A block, and where it lies in a mapped-ram file (wire-format 7).
 *
 * @param present which pages the file has; the others are zero
 */
public record PlacedBlock(RamBlock block, long bitmapOffset, long pagesOffset, PageBitmap present) {

    /** All pages of a file together: an index is an int, and a bitmap of this many takes 256 MiB. */
    static final long PAGES_LIMIT = Integer.MAX_VALUE;

    /** Pages begin at multiples of this, as QEMU lays them out. */
    static final long ALIGNMENT = 1 << 20;

    /** The largest file of ext4. A peer's claim is not believed beyond it, nor beyond what could be read again. */
    private static final long RAM_LIMIT = 1L << 44;

    /**
     * Gives each block its place in a file that is to be written: its entry, its bitmap, its pages.
     *
     * @param start where in the file the first block's entry begins
     */
    static List<PlacedBlock> layout(long start, RamBlocks blocks) throws WireException {
        checkSize(blocks);
        List<PlacedBlock> placed = new ArrayList<>();
        long at = start;
        for (int i = 0; i < blocks.count(); i++) {
            RamBlock block = blocks.get(i);
            long bitmap = at + MappedRamStream.entryBytes(block);
            long pages = (bitmap + bitmapBytes(block.pages()) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            placed.add(new PlacedBlock(block, bitmap, pages, new PageBitmap(block.pages())));
            at = pages + block.length();
        }
        return placed;
    }

    /** Refuses a guest that is larger than what can be read again. */
    static void checkSize(RamBlocks blocks) throws WireException {
        long limit = Math.min(RAM_LIMIT, PAGES_LIMIT * blocks.pageSize());
        if (blocks.length() > limit) {
            throw new WireException("RAM: received a guest of " + blocks.length() + " bytes, expected at most "
                    + limit);
        }
    }

    /** A bitmap is whole words of 64 bits. */
    static long bitmapBytes(long pages) {
        return (pages + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
    }

    /** Where a page is in the file. */
    long position(long offset) {
        return pagesOffset + offset;
    }
}
