package org.multifd.core.internal.ram;

import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.Map;

/** Tells zero pages apart and clears pages. One thread's: it keeps views of the blocks' segments. */
public final class ZeroPages {

    private final ByteBuffer zeros;
    private final int pageSize;
    private final Map<RamBlock, ByteBuffer[]> views = new IdentityHashMap<>();
    private RamBlock lastBlock;
    private ByteBuffer[] lastViews;

    public ZeroPages(int pageSize) {
        this.pageSize = pageSize;
        this.zeros = ByteBuffer.allocateDirect(pageSize);
    }

    public boolean isZero(RamBlock block, long offset) {
        ByteBuffer view = view(block, block.segment(offset));
        int start = block.indexInSegment(offset);
        // Most other pages differ in one of these; mismatch has a price of its own.
        if ((view.getLong(start) | view.getLong(start + pageSize / 2)
                | view.getLong(start + pageSize - Long.BYTES)) != 0) {
            return false;
        }
        return view.limit(start + pageSize).position(start).mismatch(zeros) < 0;
    }

    /** Makes the page zero. A page that is zero already is only read: fresh memory stays untouched. */
    public void clear(RamBlock block, long offset) {
        if (!isZero(block, offset)) {
            view(block, block.segment(offset)).put(block.indexInSegment(offset), zeros, 0, pageSize);
        }
    }

    private ByteBuffer view(RamBlock block, int segment) {
        if (block != lastBlock) {
            lastViews = views.computeIfAbsent(block, b -> new ByteBuffer[b.segments()]);
            lastBlock = block;
        }
        ByteBuffer view = lastViews[segment];
        if (view == null) {
            view = block.view(segment);
            lastViews[segment] = view;
        }
        return view.clear();
    }
}
