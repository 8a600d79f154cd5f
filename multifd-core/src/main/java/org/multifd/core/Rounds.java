package org.multifd.core;

import java.io.IOException;
import java.util.BitSet;
import org.multifd.core.ram.RamBlock;
import org.multifd.core.ram.RamBlocks;

/** The pages that are left to send: what the dirty log gave, and nothing it gave is ever forgotten. Main thread only. */
final class Rounds {

    /** Takes one page of a round. */
    @FunctionalInterface
    interface PageSink {
        void page(RamBlock block, long offset) throws IOException;
    }

    private final RamBlocks blocks;
    private final DirtyLog log;
    private final BitSet[] pending;
    private final BitSet[] taken;
    private final BitSet fresh = new BitSet();

    Rounds(RamBlocks blocks, DirtyLog log) {
        this.blocks = blocks;
        this.log = log;
        this.pending = new BitSet[blocks.count()];
        this.taken = new BitSet[blocks.count()];
        for (int i = 0; i < pending.length; i++) {
            int pages = Math.toIntExact(blocks.get(i).pages());
            pending[i] = new BitSet(pages);
            taken[i] = new BitSet(pages);
        }
    }

    /** The first round's pages are all pages. */
    void all() {
        for (int i = 0; i < pending.length; i++) {
            pending[i].set(0, (int) blocks.get(i).pages());
        }
    }

    /** Takes the log's marks, before any page of the round is read; how many the log gave. */
    long take() {
        long given = 0;
        for (int i = 0; i < pending.length; i++) {
            RamBlock block = blocks.get(i);
            fresh.clear();
            try {
                log.getAndClear(block.name(), fresh);
            } finally {
                taken[i].or(fresh);
            }
            if (fresh.length() > block.pages()) {
                throw new IllegalStateException("dirty log of RAM block " + block.name() + ": received page "
                        + (fresh.length() - 1) + ", expected at most " + (block.pages() - 1));
            }
            pending[i].or(fresh);
            given += fresh.cardinality();
        }
        return given;
    }

    /** Pages to send in the next round. */
    long left() {
        long sum = 0;
        for (BitSet pages : pending) {
            sum += pages.cardinality();
        }
        return sum;
    }

    /** Gives every pending page, block by block in ascending order. */
    void send(PageSink sink) throws IOException {
        int pageSize = blocks.pageSize();
        for (int i = 0; i < pending.length; i++) {
            RamBlock block = blocks.get(i);
            for (int page = pending[i].nextSetBit(0); page >= 0; page = pending[i].nextSetBit(page + 1)) {
                sink.page(block, (long) page * pageSize);
            }
            pending[i].clear();
        }
    }

    /** A block's pages to send. Others may read it while no round begins or ends. */
    BitSet pending(int block) {
        return pending[block];
    }

    /** Every pending page was sent. */
    void sent() {
        for (BitSet pages : pending) {
            pages.clear();
        }
    }

    /** The migration failed: the log gets back every mark that was taken from it, also when it fails for one block. */
    void putBack() {
        RuntimeException failed = null;
        for (int i = 0; i < taken.length; i++) {
            if (!taken[i].isEmpty()) {
                try {
                    log.putBack(blocks.get(i).name(), taken[i]);
                } catch (RuntimeException e) {
                    failed = e;
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
