package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.util.BitSet;
import java.util.function.IntFunction;
import org.multifd.core.internal.channel.ChannelStats;
import org.multifd.core.internal.channel.RateLimiter;
import org.multifd.core.internal.channel.StretchWorker;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.wire.PacketHeader;

/** Takes from each stretch the pages that a round has, and tells zero pages from the others. */
abstract class RoundSaver implements StretchWorker {

    private final RamBlocks blocks;
    private final PageSource source;
    private final IntFunction<BitSet> pending;
    private final boolean detectZeroPages;
    private final RateLimiter rateLimiter;
    private final int pageSize;
    private final long[] offsets;
    private final ChannelStats stats = new ChannelStats();

    /** @param pending which pages of a block the round has */
    RoundSaver(RamBlocks blocks, PageSource source, IntFunction<BitSet> pending, boolean detectZeroPages,
            RateLimiter rateLimiter) {
        this.blocks = blocks;
        this.source = source;
        this.pending = pending;
        this.detectZeroPages = detectZeroPages;
        this.rateLimiter = rateLimiter;
        this.pageSize = blocks.pageSize();
        this.offsets = new long[PacketHeader.pageCount(pageSize)];
    }

    @Override
    public final void stretch(int block, long offset, int pages) throws IOException {
        RamBlock ram = blocks.get(block);
        BitSet round = pending.apply(block);
        int first = (int) (offset / pageSize);
        int normal = 0;
        int zero = 0;
        for (int page = round.nextSetBit(first); page >= 0 && page < first + pages; page = round.nextSetBit(page + 1)) {
            long at = (long) page * pageSize;
            if (detectZeroPages && source.isZero(ram, at)) {
                zero(block, at);
                zero++;
            } else {
                offsets[normal++] = at;
            }
        }
        if (normal > 0) {
            rateLimiter.acquire((long) normal * pageSize);
            save(block, offsets, normal, source.read(ram, offsets, normal));
        }
        if (normal + zero > 0) {
            count(stats, normal, zero);
        }
    }

    /** A page of the round is zero. */
    abstract void zero(int block, long offset) throws IOException;

    /** Saves pages of a block: {@code count} of the offsets, with their content. */
    abstract void save(int block, long[] at, int count, RamRuns content) throws IOException;

    /** Counts a stretch that had pages. */
    abstract void count(ChannelStats of, int normal, int zero);

    @Override
    public final ChannelStats stats() {
        return stats;
    }
}
