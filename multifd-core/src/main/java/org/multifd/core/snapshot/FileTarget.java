package org.multifd.core.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.core.ram.PageTarget;
import org.multifd.core.ram.RamBlock;
import org.multifd.core.ram.RamRuns;
import org.multifd.core.ram.ReceivedPages;

/** Pages to their places in a file: a packet's pages are one run of the channel's own memory, then written by position. */
final class FileTarget implements PageTarget {

    private static final String SCRATCH = "scratch";

    private final PagePlaces places;
    private final ReceivedPages received;
    private final int pageSize;
    private final int pageCount;
    private final RamRuns runs;
    private final long[] inOrder;
    private ByteBuffer scratch;
    private RamBlock scratchBlock;

    /**
     * @param places shared by all targets of the file
     * @param received what has arrived, zero pages too; shared as well
     */
    FileTarget(PagePlaces places, ReceivedPages received, int pageCount) {
        this.places = places;
        this.received = received;
        this.pageSize = places.blocks().pageSize();
        this.pageCount = pageCount;
        this.runs = new RamRuns(pageSize, pageCount, false);
        this.inOrder = new long[pageCount];
        for (int i = 0; i < pageCount; i++) {
            inOrder[i] = (long) i * pageSize;
        }
    }

    @Override
    public RamRuns runs(int block, long[] offsets, int count) {
        if (scratch == null) {
            // Not before it is needed: main's target as a rule sees zero pages only.
            scratch = ByteBuffer.allocateDirect(pageCount * pageSize);
            scratchBlock = new RamBlock(SCRATCH, pageSize, false, scratch);
        }
        runs.set(scratchBlock, inOrder, count);
        return runs;
    }

    @Override
    public void arrived(int block, long[] offsets, int normal, int zero) throws IOException {
        int i = 0;
        while (i < normal) {
            int first = i++;
            while (i < normal && offsets[i] == offsets[i - 1] + pageSize) {
                i++;
            }
            places.write(block, offsets[first], scratch.limit(i * pageSize).position(first * pageSize));
        }
        for (; i < normal + zero; i++) {
            places.clear(block, offsets[i]);
        }
        received.mark(block, offsets, normal + zero);
    }
}
