package org.multifd.core;

import java.lang.invoke.VarHandle;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.multifd.core.internal.ram.PageBitmap;

/**
 * A {@link DirtyLog} of one atomic bit per page. Any number of guest threads mark while a migration takes; all methods
 * are safe for use by several threads.
 */
public final class DirtyBitmap implements DirtyLog {

    private final Map<String, PageBitmap> bitmaps = new HashMap<>();
    private final int pageSize;

    /**
     * A log without marks.
     *
     * @param ram the RAM whose pages are marked
     */
    public DirtyBitmap(GuestRam ram) {
        pageSize = ram.pageSize();
        for (String block : ram.blocks()) {
            bitmaps.put(block, new PageBitmap(ram.length(block) / pageSize));
        }
    }

    /**
     * Marks the pages of a range that has been written. Call it after the write: it orders everything this thread wrote
     * before the mark.
     *
     * @param block the block's name
     * @param offset bytes from the block's start
     * @param length bytes, at least 1
     * @throws IllegalArgumentException if there is no such block
     * @throws IndexOutOfBoundsException if the block does not have these bytes
     */
    public void mark(String block, long offset, long length) {
        PageBitmap bitmap = find(block);
        Objects.checkFromIndexSize(offset, length, bitmap.pages() * pageSize);
        long first = offset / pageSize;
        long last = (offset + length - 1) / pageSize;
        VarHandle.fullFence();
        if (first == last) {
            bitmap.set(first);
        } else {
            bitmap.set(first, last + 1);
        }
    }

    /**
     * How many pages of a block are marked now.
     *
     * @param block the block's name
     * @return pages
     */
    public long dirtyPages(String block) {
        return find(block).cardinality();
    }

    @Override
    public void getAndClear(String block, BitSet dirty) {
        PageBitmap bitmap = find(block);
        for (int word = 0; word < bitmap.words(); word++) {
            for (long bits = bitmap.take(word); bits != 0; bits &= bits - 1) {
                dirty.set((word << 6) + Long.numberOfTrailingZeros(bits));
            }
        }
    }

    @Override
    public void putBack(String block, BitSet pages) {
        PageBitmap bitmap = find(block);
        for (int page = pages.nextSetBit(0); page >= 0; page = pages.nextSetBit(page + 1)) {
            bitmap.set(page);
        }
    }

    private PageBitmap find(String block) {
        PageBitmap bitmap = bitmaps.get(block);
        if (bitmap == null) {
            throw new IllegalArgumentException("RAM block: received " + block + ", expected one of "
                    + bitmaps.keySet());
        }
        return bitmap;
    }
}
