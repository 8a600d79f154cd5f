package org.multifd.core.internal.outgoing.postcopy;

import org.multifd.core.internal.ram.RamBlocks;

/**
 * Which pages the background sends next: the working set; then those right behind the page that was asked for last,
 * which a guest is likely to need soon; then all others in order. One thread takes pages, another may tell what was
 * asked for.
 */
final class Cursor {

    private static final int CHUNK_BYTES = 64 * 1024;
    /** A chunk takes at most this part of a second when the bandwidth is limited. */
    private static final int PARTS = 8;

    /** Tells which pages travel with their content. */
    interface Content {
        boolean has(int block, long offset);
    }

    private final RamBlocks blocks;
    private final SentPages sent;
    private final Content content;
    private final WorkingSet workingSet;
    private final int pageSize;
    final long[] offsets;
    private int block;
    private int count;
    private int linearBlock;
    private long linear;
    private int nextOfSet;
    private int nearBlock = -1;
    private long near;

    /** @param maxBandwidth bytes per second that leave in the background; 0 for no limit */
    Cursor(RamBlocks blocks, SentPages sent, Content content, WorkingSet workingSet, long maxBandwidth) {
        this.blocks = blocks;
        this.sent = sent;
        this.content = content;
        this.workingSet = workingSet;
        this.pageSize = blocks.pageSize();
        long chunk = maxBandwidth == 0 ? CHUNK_BYTES : Math.min(CHUNK_BYTES, maxBandwidth / PARTS);
        this.offsets = new long[(int) Math.max(1, chunk / pageSize)];
    }

    /** A page was asked for. While a working set is recorded the guest is to ask for what is behind it as well. */
    synchronized void near(int block, long offset) {
        if (!workingSet.isRecording()) {
            nearBlock = block;
            near = offset;
        }
    }

    /** Takes the next pages, of one block. Returns how many there are in {@link #offsets}; 0 if none is left. */
    int take() {
        count = 0;
        takeOfSet();
        if (count == 0) {
            takeNear();
        }
        while (count == 0 && linearBlock < blocks.count()) {
            block = linearBlock;
            linear = collect(linear, blocks.get(block).length());
            if (linear == blocks.get(block).length()) {
                linearBlock++;
                linear = 0;
            }
        }
        return count;
    }

    /** Returns the block of the pages that were taken. */
    int block() {
        return block;
    }

    private void takeNear() {
        long from;
        synchronized (this) {
            if (nearBlock < 0) {
                return;
            }
            block = nearBlock;
            from = near;
            nearBlock = -1;
        }
        collect(from, Math.min(blocks.get(block).length(), from + (long) offsets.length * pageSize));
    }

    private void takeOfSet() {
        while (nextOfSet < workingSet.size() && count < offsets.length) {
            int of = workingSet.block(nextOfSet);
            if (count > 0 && of != block) {
                return;
            }
            block = of;
            add(workingSet.offset(nextOfSet++));
        }
    }

    /** Collects pages up to an offset, or until there are enough. Returns where it stopped. */
    private long collect(long from, long end) {
        long at = from;
        while (at < end && count < offsets.length) {
            add(at);
            at += pageSize;
        }
        return at;
    }

    private void add(long offset) {
        if (!sent.has(block, offset) && content.has(block, offset)) {
            offsets[count++] = offset;
        }
    }
}
