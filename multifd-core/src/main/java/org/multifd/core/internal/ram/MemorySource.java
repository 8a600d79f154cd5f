package org.multifd.core.internal.ram;

/** Pages as they lie in memory, live. */
public final class MemorySource implements PageSource {

    private final RamRuns runs;
    private final ZeroPages zeroPages;

    public MemorySource(int pageSize, int pageCount) {
        this.runs = new RamRuns(pageSize, pageCount, true);
        this.zeroPages = new ZeroPages(pageSize);
    }

    @Override
    public boolean isZero(RamBlock block, long offset) {
        return zeroPages.isZero(block, offset);
    }

    @Override
    public RamRuns read(RamBlock block, long[] offsets, int count) {
        runs.set(block, offsets, count);
        return runs;
    }
}
