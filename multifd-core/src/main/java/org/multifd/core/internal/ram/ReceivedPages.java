package org.multifd.core.internal.ram;

import java.util.function.Predicate;
import org.multifd.core.internal.wire.Text;

/** Which pages of a guest have arrived, over all channels and main. Any thread. */
public final class ReceivedPages {

    private final RamBlocks blocks;
    private final PageBitmap[] bitmaps;
    /** Which pages of a block that was all zero have got content; null for other blocks. */
    private final PageBitmap[] filled;

    public ReceivedPages(RamBlocks blocks) {
        this.blocks = blocks;
        this.bitmaps = new PageBitmap[blocks.count()];
        this.filled = new PageBitmap[blocks.count()];
        for (int i = 0; i < bitmaps.length; i++) {
            bitmaps[i] = new PageBitmap(blocks.get(i).pages());
            filled[i] = blocks.get(i).takeFresh() ? new PageBitmap(blocks.get(i).pages()) : null;
        }
    }

    public PageBitmap of(int block) {
        return bitmaps[block];
    }

    /** A page arrived as zero. It is cleared unless nothing was ever in it: such memory stays untouched. */
    public void zero(int block, long offset, ZeroPages zeroPages) {
        if (!untouched(block, offset)) {
            zeroPages.clear(blocks.get(block), offset);
        }
    }

    /** Whether nothing was ever in a page. */
    boolean untouched(int block, long offset) {
        return filled[block] != null && !filled[block].get(offset / blocks.pageSize());
    }

    /** Marks {@code count} pages as arrived with content; {@link #mark} is to follow. */
    void fill(int block, long[] offsets, int count) {
        if (filled[block] != null) {
            mark(filled[block], offsets, count);
        }
    }

    /** Pages that have not arrived, neither with bytes nor as zero. @param partial blocks that need not be whole */
    public long missing(Predicate<String> partial) {
        long sum = 0;
        for (int i = 0; i < bitmaps.length; i++) {
            sum += partial.test(blocks.get(i).name()) ? 0 : bitmaps[i].pages() - bitmaps[i].cardinality();
        }
        return sum;
    }

    /** The first of them, for a message; there is one. */
    public String firstMissing(Predicate<String> partial) {
        for (int i = 0; i < bitmaps.length; i++) {
            for (long page = 0; page < bitmaps[i].pages() && !partial.test(blocks.get(i).name()); page++) {
                if (!bitmaps[i].get(page)) {
                    return String.format("page 0x%x of RAM block %s", page * blocks.pageSize(),
                            Text.quote(blocks.get(i).name()));
                }
            }
        }
        throw new IllegalStateException("received all pages, expected one that is missing");
    }

    /** Marks {@code count} pages as arrived, neighbours in one step. */
    public void mark(int block, long[] offsets, int count) {
        mark(bitmaps[block], offsets, count);
    }

    private void mark(PageBitmap bitmap, long[] offsets, int count) {
        int pageSize = blocks.pageSize();
        int end;
        for (int first = 0; first < count; first = end) {
            end = RamRuns.endOfRun(offsets, first, count, pageSize);
            long page = offsets[first] / pageSize;
            bitmap.set(page, page + end - first);
        }
    }
}
