package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.function.IntFunction;
import org.multifd.core.internal.channel.ChannelStats;
import org.multifd.core.internal.channel.RateLimiter;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.RamRuns;

/**
 * A round's pages to their places in a file, from where they lie in memory: neighbours are one write, zero pages none.
 */
final class PageSaver extends RoundSaver {

    private final MappedRamWriter writer;
    private final int pageSize;

    PageSaver(MappedRamWriter writer, PageSource source, IntFunction<BitSet> pending, boolean detectZeroPages,
            RateLimiter rateLimiter) {
        super(writer.blocks(), source, pending, detectZeroPages, rateLimiter);
        this.writer = writer;
        this.pageSize = writer.blocks().pageSize();
    }

    @Override
    void zero(int block, long offset) throws IOException {
        writer.clear(block, offset);
    }

    @Override
    void save(int block, long[] at, int count, RamRuns content) throws IOException {
        int done = 0;
        for (int run = 0; run < content.runs(); run++) {
            ByteBuffer pages = content.buffer(run);
            int neighbours = pages.remaining() / pageSize;
            writer.write(block, at[done], pages);
            done += neighbours;
        }
    }

    @Override
    void count(ChannelStats of, int normal, int zero) {
        of.packet(normal, zero, (long) normal * pageSize, 0);
    }
}
