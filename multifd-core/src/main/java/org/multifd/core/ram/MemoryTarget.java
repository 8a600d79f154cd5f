package org.multifd.core.ram;

/** Pages straight into their places in memory. */
public final class MemoryTarget implements PageTarget {

    private final RamBlocks blocks;
    private final ReceivedPages received;
    private final RamRuns runs;
    private final ZeroPages zeroPages;

    public MemoryTarget(RamBlocks blocks, ReceivedPages received, int pageCount) {
        this.blocks = blocks;
        this.received = received;
        this.runs = new RamRuns(blocks.pageSize(), pageCount, false);
        this.zeroPages = new ZeroPages(blocks.pageSize());
    }

    @Override
    public RamRuns runs(int block, long[] offsets, int count) {
        runs.set(blocks.get(block), offsets, count);
        return runs;
    }

    @Override
    public void arrived(int block, long[] offsets, int normal, int zero) {
        int pages = normal + zero;
        for (int i = normal; i < pages; i++) {
            received.zero(block, offsets[i], zeroPages);
        }
        received.mark(block, offsets, pages);
    }
}
