package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.util.BitSet;
import java.util.function.IntFunction;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.channel.ChannelStats;
import org.multifd.core.internal.channel.RateLimiter;
import org.multifd.core.internal.channel.StretchWorker;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.wire.PacketHeader;

/** A round's pages to frames of a file, by way of a copy: the guest may write them meanwhile. */
final class FrameSaver implements StretchWorker {

    private final RamBlocks blocks;
    private final FramePacker packer;
    private final PageSource source;
    private final IntFunction<BitSet> pending;
    private final boolean detectZeroPages;
    private final RateLimiter rateLimiter;
    private final long[] offsets;
    private final ChannelStats stats = new ChannelStats();

    /** @param pending which pages of a block the round has */
    FrameSaver(RamBlocks blocks, FramePacker packer, PageSource source, IntFunction<BitSet> pending,
            boolean detectZeroPages, RateLimiter rateLimiter) {
        this.blocks = blocks;
        this.packer = packer;
        this.source = source;
        this.pending = pending;
        this.detectZeroPages = detectZeroPages;
        this.rateLimiter = rateLimiter;
        this.offsets = new long[PacketHeader.pageCount(blocks.pageSize())];
    }

    @Override
    public void stretch(int block, long offset, int pages) throws IOException {
        RamBlock ram = blocks.get(block);
        int pageSize = blocks.pageSize();
        BitSet round = pending.apply(block);
        int first = (int) (offset / pageSize);
        int normal = 0;
        int zero = 0;
        for (int page = round.nextSetBit(first); page >= 0 && page < first + pages; page = round.nextSetBit(page + 1)) {
            long at = (long) page * pageSize;
            if (detectZeroPages && source.isZero(ram, at)) {
                packer.zero(block, at);
                zero++;
            } else {
                offsets[normal++] = at;
            }
        }
        if (normal > 0) {
            rateLimiter.acquire((long) normal * pageSize);
            source.read(ram, offsets, normal).copyTo(packer.runs(block, offsets, normal).buffer(0));
            packer.put(block, offsets, normal);
        }
        if (normal + zero > 0) {
            stats.packet(normal, zero, packer.takePayloadBytes(), packer.takeCodecNanos());
        }
    }

    /** What fills no frame is one, too. */
    @Override
    public void endOfPass() throws IOException {
        packer.endOfRound();
        long bytes = packer.takePayloadBytes();
        if (bytes > 0) {
            stats.packet(0, 0, bytes, packer.takeCodecNanos());
        }
    }

    @Override
    public void close() throws MigrationException {
        packer.close();
    }

    @Override
    public ChannelStats stats() {
        return stats;
    }
}
