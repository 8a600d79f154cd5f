package org.multifd.core.internal.snapshot;

import org.multifd.core.internal.channel.SendChannels;
import org.multifd.core.internal.frames.Frame;
import org.multifd.core.internal.ram.PageBatch;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;

/** Every page of a compressed snapshot once: frame by frame as the file has them, then the zero pages. */
final class FrameRound implements SendChannels.Round {

    private final FrameSnapshot snapshot;
    private final Frame frame;
    private final int pageSize;
    private int number;
    private int block;
    private long page;

    FrameRound(FrameSnapshot snapshot) {
        this.snapshot = snapshot;
        this.pageSize = snapshot.blocks().pageSize();
        this.frame = new Frame(pageSize);
    }

    @Override
    public boolean next(PageBatch batch) {
        if (number < snapshot.index().frames()) {
            snapshot.index().get(++number, frame);
            RamBlock of = snapshot.blocks().get(frame.block);
            for (int i = 0; i < frame.pages; i++) {
                if (!frame.superseded[i]) {
                    batch.add(of, frame.offsets[i]);
                }
            }
            return true;
        }
        RamBlocks blocks = snapshot.blocks();
        while (block < blocks.count() && batch.isEmpty()) {
            RamBlock of = blocks.get(block);
            for (; page < of.pages() && !batch.isFull(); page++) {
                if (snapshot.index().frameOf(block, page) == 0) {
                    batch.add(of, page * pageSize);
                }
            }
            if (page == of.pages()) {
                block++;
                page = 0;
            }
        }
        return !batch.isEmpty();
    }
}
