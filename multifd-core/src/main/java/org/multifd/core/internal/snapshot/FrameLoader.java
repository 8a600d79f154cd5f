package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.channel.ChannelStats;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.channel.StretchWorker;
import org.multifd.core.internal.frames.Frame;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * A compressed snapshot's pages to their target. A frame is decoded once, in the stretch that has its first page,
 * straight into the target if all its pages count.
 */
final class FrameLoader implements StretchWorker {

    private final FrameSnapshot snapshot;
    private final PageTarget target;
    private final FrameDecoder decoder;
    private final int pageSize;
    private final long[] offsets;
    private final ChannelStats stats = new ChannelStats();

    FrameLoader(FrameSnapshot snapshot, Seats seats, PageTarget target) {
        this.snapshot = snapshot;
        this.target = target;
        this.decoder = new FrameDecoder(snapshot, seats);
        this.pageSize = snapshot.blocks().pageSize();
        this.offsets = new long[PacketHeader.pageCount(pageSize)];
    }

    @Override
    public void stretch(int block, long offset, int pages) throws IOException {
        int zero = 0;
        for (int i = 0; i < pages; i++) {
            long at = offset + (long) i * pageSize;
            int number = snapshot.index().frameOf(block, at / pageSize);
            if (number == 0) {
                offsets[zero++] = at;
            } else if (decoder.frame(number).firstCurrent() == at) {
                load(number);
            }
        }
        target.arrived(block, offsets, 0, zero);
        stats.packet(0, zero, 0, 0);
    }

    private void load(int number) throws IOException {
        Frame frame = decoder.frame(number);
        if (frame.isWhole()) {
            decoder.decode(number, target.runs(frame.block, frame.offsets, frame.pages));
            target.arrived(frame.block, frame.offsets, frame.pages, 0);
        } else {
            ByteBuffer pages = decoder.pages(number);
            loadCurrent(frame, pages);
        }
        stats.packet(frame.current, 0, frame.length, decoder.takeCodecNanos());
    }

    private void loadCurrent(Frame frame, ByteBuffer pages) throws IOException {
        long[] current = new long[frame.current];
        int count = 0;
        for (int i = 0; i < frame.pages; i++) {
            if (!frame.superseded[i]) {
                current[count++] = frame.offsets[i];
            }
        }
        RamRuns runs = target.runs(frame.block, current, count);
        copy(frame, pages, runs);
        target.arrived(frame.block, current, count, 0);
    }

    /** The runs are filled page by page, in their order. */
    private void copy(Frame frame, ByteBuffer pages, RamRuns runs) {
        int run = 0;
        ByteBuffer to = runs.buffer(run);
        for (int i = 0; i < frame.pages; i++) {
            if (!frame.superseded[i]) {
                if (!to.hasRemaining()) {
                    to = runs.buffer(++run);
                }
                to.put(pages.limit((i + 1) * pageSize).position(i * pageSize));
            }
        }
    }

    @Override
    public void endOfPass() throws IOException {
        target.endOfRound();
    }

    @Override
    public void close() throws MigrationException {
        try {
            target.close();
        } finally {
            decoder.close();
        }
    }

    @Override
    public ChannelStats stats() {
        return stats;
    }
}
