package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.channel.ChannelStats;
import org.multifd.core.internal.channel.StretchWorker;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.wire.PacketHeader;

/** A snapshot's pages straight to their target: neighbours are one read, pages that the file does not have are zero. */
public final class PageLoader implements StretchWorker {

    private final MappedRamSnapshot snapshot;
    private final PageTarget target;
    private final int pageSize;
    private final long[] offsets;
    private final long[] zeros;
    private final ChannelStats stats = new ChannelStats();

    /** @param target its blocks are the snapshot's, in the same order */
    public PageLoader(MappedRamSnapshot snapshot, PageTarget target) {
        this.snapshot = snapshot;
        this.target = target;
        this.pageSize = snapshot.blocks().pageSize();
        this.offsets = new long[PacketHeader.pageCount(pageSize)];
        this.zeros = new long[offsets.length];
    }

    @Override
    public void stretch(int block, long offset, int pages) throws IOException {
        PlacedBlock placed = snapshot.placed().get(block);
        int normal = 0;
        int zero = 0;
        for (int i = 0; i < pages; i++) {
            long at = offset + (long) i * pageSize;
            if (placed.present().get(at / pageSize)) {
                offsets[normal++] = at;
            } else {
                zeros[zero++] = at;
            }
        }
        System.arraycopy(zeros, 0, offsets, normal, zero);
        if (normal > 0) {
            read(placed, target.runs(block, offsets, normal));
        }
        target.arrived(block, offsets, normal, zero);
        stats.packet(normal, zero, (long) normal * pageSize, 0);
    }

    private void read(PlacedBlock placed, RamRuns runs) throws IOException {
        int done = 0;
        for (int run = 0; run < runs.runs(); run++) {
            ByteBuffer pages = runs.buffer(run);
            int end = done + pages.remaining() / pageSize;
            while (done < end) { // a run need not be neighbours where the pages come from
                int first = done;
                done = RamRuns.endOfRun(offsets, first, end, pageSize);
                pages.limit(pages.position() + (done - first) * pageSize);
                snapshot.read(pages, placed.position(offsets[first]));
            }
        }
    }

    @Override
    public void endOfPass() throws IOException {
        target.endOfRound();
    }

    @Override
    public void close() throws MigrationException {
        target.close();
    }

    @Override
    public ChannelStats stats() {
        return stats;
    }
}
