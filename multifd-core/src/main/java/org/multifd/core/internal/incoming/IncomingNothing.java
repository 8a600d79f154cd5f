package org.multifd.core.internal.incoming;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.ram.ReceivedPages;
import org.multifd.core.internal.ram.Scratch;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.RamSections;
import org.multifd.core.internal.wire.PacketHeader;

/** Nowhere: pages are read, decoded and compared with their checksums, and forgotten. */
public final class IncomingNothing implements IncomingRam {

    private RamBlocks blocks;
    private ReceivedPages received;

    @Override
    public void prepare(Seats seats) {
        // Nothing is kept.
    }

    @Override
    public RamBlocks open(Configuration configuration, int pageSize, Map<String, Long> lengths) {
        List<RamBlock> list = new ArrayList<>();
        lengths.forEach((name, length) -> list.add(RamBlock.withoutMemory(name, pageSize, length)));
        blocks = new RamBlocks(list);
        received = new ReceivedPages(blocks);
        return blocks;
    }

    @Override
    public PageTarget target() {
        Scratch scratch = new Scratch(blocks.pageSize(), PacketHeader.pageCount(blocks.pageSize()),
                (block, offset, pages) -> { });
        return new PageTarget() {

            @Override
            public RamRuns runs(int block, long[] offsets, int count) {
                return scratch.runs(blocks.get(block).name(), offsets, count);
            }

            @Override
            public void arrived(int block, long[] offsets, int normal, int zero) {
                received.mark(block, offsets, normal + zero);
            }
        };
    }

    @Override
    public ReceivedPages received() {
        return received;
    }

    @Override
    public void complete(RamSections sections, byte[] tail) {
        // It was read, which is all.
    }

    @Override
    public void confirmed() {
        // Nobody waits for it.
    }

    @Override
    public void abandon() {
        // Nothing was kept.
    }
}
