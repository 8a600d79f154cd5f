package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.function.IntFunction;
import org.multifd.core.internal.channel.ChannelStats;
import org.multifd.core.internal.channel.RateLimiter;
import org.multifd.core.internal.channel.StretchWorker;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * A round's pages to their places in a file, from where they lie in memory: neighbours are one write, zero pages none.
 */
final class PageSaver implements StretchWorker {

    private final MappedRamWriter writer;
    private final PageSource source;
    private final IntFunction<BitSet> pending;
    private final boolean detectZeroPages;
    private final RateLimiter rateLimiter;
    private final int pageSize;
    private final long[] offsets;
    private final ChannelStats stats = new ChannelStats();

    /** @param pending which pages of a block the round has */
    PageSaver(MappedRamWriter writer, PageSource source, IntFunction<BitSet> pending, boolean detectZeroPages,
            RateLimiter rateLimiter) {
        this.writer = writer;
        this.source = source;
        this.pending = pending;
        this.detectZeroPages = detectZeroPages;
        this.rateLimiter = rateLimiter;
        this.pageSize = writer.blocks().pageSize();
        this.offsets = new long[PacketHeader.pageCount(pageSize)];
    }

    @Override
    public void stretch(int block, long offset, int pages) throws IOException {
        RamBlock ram = writer.blocks().get(block);
        BitSet round = pending.apply(block);
        int first = (int) (offset / pageSize);
        int normal = 0;
        int zero = 0;
        for (int page = round.nextSetBit(first); page >= 0 && page < first + pages; page = round.nextSetBit(page + 1)) {
            long at = (long) page * pageSize;
            if (detectZeroPages && source.isZero(ram, at)) {
                writer.clear(block, at);
                zero++;
            } else {
                offsets[normal++] = at;
            }
        }
        if (normal > 0) {
            rateLimiter.acquire((long) normal * pageSize);
            write(block, source.read(ram, offsets, normal));
        }
        if (normal + zero > 0) {
            stats.packet(normal, zero, (long) normal * pageSize, 0);
        }
    }

    private void write(int block, RamRuns runs) throws IOException {
        int done = 0;
        for (int run = 0; run < runs.runs(); run++) {
            ByteBuffer pages = runs.buffer(run);
            int count = pages.remaining() / pageSize;
            writer.write(block, offsets[done], pages);
            done += count;
        }
    }

    @Override
    public ChannelStats stats() {
        return stats;
    }
}
