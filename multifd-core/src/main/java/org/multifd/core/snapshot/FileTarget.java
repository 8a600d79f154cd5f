package org.multifd.core.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.core.ram.PageBitmap;
import org.multifd.core.ram.PageTarget;
import org.multifd.core.ram.RamBlock;
import org.multifd.core.ram.RamBlocks;
import org.multifd.core.ram.RamRuns;
import org.multifd.core.ram.ReceivedPages;

/** Pages to their places in a file: a packet's pages are one run of the channel's own memory, then written by position. */
final class FileTarget implements PageTarget {

    private static final String SCRATCH = "scratch";

    private final PendingFile file;
    private final SnapshotLayout layout;
    private final PageBitmap[] present;
    private final ReceivedPages received;
    private final int pageSize;
    private final int pageCount;
    private final RamRuns runs;
    private final long[] inOrder;
    private ByteBuffer scratch;
    private RamBlock scratchBlock;

    /**
     * @param present each block's bitmap of the pages that are in the file, shared by all its targets
     * @param received what has arrived, zero pages too; shared as well
     */
    FileTarget(PendingFile file, SnapshotLayout layout, RamBlocks blocks, PageBitmap[] present, ReceivedPages received,
            int pageCount) {
        this.file = file;
        this.layout = layout;
        this.present = present;
        this.received = received;
        this.pageSize = blocks.pageSize();
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
            file.write(scratch.limit(i * pageSize).position(first * pageSize), layout.pages(block) + offsets[first]);
            present[block].set(offsets[first] / pageSize, offsets[i - 1] / pageSize + 1);
        }
        for (; i < normal + zero; i++) {
            present[block].clear(offsets[i] / pageSize);
        }
        received.mark(block, offsets, normal + zero);
    }
}
