package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.util.BitSet;
import java.util.function.IntFunction;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.channel.ChannelStats;
import org.multifd.core.internal.channel.RateLimiter;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.ram.RamRuns;

/** A round's pages to frames of a file, by way of a copy: the guest may write them meanwhile. */
final class FrameSaver extends RoundSaver {

    private final FramePacker packer;

    FrameSaver(RamBlocks blocks, FramePacker packer, PageSource source, IntFunction<BitSet> pending,
            boolean detectZeroPages, RateLimiter rateLimiter) {
        super(blocks, source, pending, detectZeroPages, rateLimiter);
        this.packer = packer;
    }

    @Override
    void zero(int block, long offset) throws IOException {
        packer.zero(block, offset);
    }

    @Override
    void save(int block, long[] at, int count, RamRuns content) throws IOException {
        content.copyTo(packer.runs(block, at, count).buffer(0));
        packer.put(block, at, count);
    }

    @Override
    void count(ChannelStats of, int normal, int zero) {
        of.packet(normal, zero, packer.takePayloadBytes(), packer.takeCodecNanos());
    }

    /** Writes the last frame, however few pages it has. */
    @Override
    public void endOfPass() throws IOException {
        packer.endOfRound();
        long bytes = packer.takePayloadBytes();
        if (bytes > 0) {
            stats().packet(0, 0, bytes, packer.takeCodecNanos());
        }
    }

    @Override
    public void close() throws MigrationException {
        packer.close();
    }
}
