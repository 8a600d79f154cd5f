package org.multifd.core.internal.outgoing;

import java.util.BitSet;
import org.multifd.core.DirtyLog;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.migration.Callback;
import org.multifd.core.internal.ram.PageBatch;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;

/**
 * The pages that are left to send: what the dirty log gave, and nothing it gave is ever forgotten. The main thread's,
 * but for {@link #next} while a round lasts.
 */
public final class Rounds {

    private final RamBlocks blocks;
    private final DirtyLog log;
    private final BitSet[] pending;
    private final BitSet[] taken;
    private final BitSet fresh = new BitSet();
    private int nextBlock;
    private int nextPage;

    public Rounds(RamBlocks blocks, DirtyLog log) {
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
    public void all() {
        for (int i = 0; i < pending.length; i++) {
            pending[i].set(0, (int) blocks.get(i).pages());
        }
    }

    /** Takes the log's marks, before any page of the round is read; how many the log gave. */
    public long take() throws MigrationException {
        long given = 0;
        for (int i = 0; i < pending.length; i++) {
            RamBlock block = blocks.get(i);
            fresh.clear();
            String of = "dirty log of RAM block " + block.name();
            try {
                Callback.run(of + " could not be read", () -> log.getAndClear(block.name(), fresh));
            } finally {
                taken[i].or(fresh);
            }
            if (fresh.length() > block.pages()) {
                throw new MigrationException(Kind.INTERNAL, of + ": received page " + (fresh.length() - 1)
                        + ", expected at most " + (block.pages() - 1));
            }
            pending[i].or(fresh);
            given += fresh.cardinality();
        }
        return given;
    }

    /** Pages to send in the next round. */
    public long left() {
        long sum = 0;
        for (BitSet pages : pending) {
            sum += pages.cardinality();
        }
        return sum;
    }

    /** From here on {@link #next} gives every pending page, block by block in ascending order. */
    void begin() {
        nextBlock = 0;
        nextPage = 0;
    }

    /** Adds the next pages of one block to an empty batch; false if none is left. Any one thread at a time. */
    boolean next(PageBatch batch) {
        while (nextBlock < pending.length && batch.isEmpty()) {
            RamBlock block = blocks.get(nextBlock);
            int page = pending[nextBlock].nextSetBit(nextPage);
            while (page >= 0 && !batch.isFull()) {
                batch.add(block, (long) page * blocks.pageSize());
                nextPage = page + 1;
                page = pending[nextBlock].nextSetBit(nextPage);
            }
            if (page < 0) {
                nextBlock++;
                nextPage = 0;
            }
        }
        return !batch.isEmpty();
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
    public void putBack() {
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
