package org.multifd.core.internal.ram;

/** Pages of one block on their way into one packet. */
public final class PageBatch {

    /** Offsets in the block in bytes. */
    public final long[] offsets;
    /** The block, or null while empty. */
    public RamBlock block;
    /** How many offsets there are. */
    public int count;

    public PageBatch(int pageCount) {
        this.offsets = new long[pageCount];
    }

    public boolean isFull() {
        return count == offsets.length;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    public void add(RamBlock ofBlock, long offset) {
        block = ofBlock;
        offsets[count++] = offset;
    }

    public void clear() {
        count = 0;
        block = null;
    }
}
