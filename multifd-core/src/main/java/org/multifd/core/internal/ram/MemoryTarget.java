package org.multifd.core.internal.ram;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import org.multifd.core.internal.wire.Text;

/**
 * Pages straight into their places in memory. Where the memory is a file that nobody has touched, what comes first is
 * written to the file: the kernel then neither clears a page before it is filled nor takes a fault for it.
 */
public final class MemoryTarget implements PageTarget {

    private final RamBlocks blocks;
    private final ReceivedPages received;
    private final RamRuns runs;
    private final Scratch scratch;
    private final ZeroPages zeroPages;
    private boolean byFile;

    public MemoryTarget(RamBlocks blocks, ReceivedPages received, int pageCount) {
        this.blocks = blocks;
        this.received = received;
        this.runs = new RamRuns(blocks.pageSize(), pageCount, false);
        this.scratch = new Scratch(blocks.pageSize(), pageCount, this::write);
        this.zeroPages = new ZeroPages(blocks.pageSize());
    }

    @Override
    public RamRuns runs(int block, long[] offsets, int count) {
        byFile = blocks.get(block).file() != null && anyUntouched(block, offsets, count);
        if (byFile) {
            return scratch.runs(blocks.get(block).name(), offsets, count);
        }
        runs.set(blocks.get(block), offsets, count);
        return runs;
    }

    /** A mapping without space behind it would end the JVM: no page of such a packet goes there. */
    private boolean anyUntouched(int block, long[] offsets, int count) {
        for (int i = 0; i < count; i++) {
            if (received.untouched(block, offsets[i])) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void arrived(int block, long[] offsets, int normal, int zero) throws IOException {
        if (normal > 0 && byFile) {
            scratch.write(block, offsets, normal);
        }
        received.fill(block, offsets, normal);
        int pages = normal + zero;
        for (int i = normal; i < pages; i++) {
            received.zero(block, offsets[i], zeroPages);
        }
        received.mark(block, offsets, pages);
    }

    private void write(int block, long offset, ByteBuffer pages) throws IOException {
        FileChannel file = blocks.get(block).file();
        try {
            while (pages.hasRemaining()) {
                offset += file.write(pages, offset);
            }
        } catch (ClosedChannelException e) {
            throw e; // who was interrupted has another reason
        } catch (IOException e) {
            throw new GuestFileException("RAM block " + Text.quote(blocks.get(block).name())
                    + ": its file cannot be written at byte "
                    + offset + ": " + GuestFile.reason(e, "it is gone")
                    + "; check the disk and the limits, or choose another file system", e);
        }
    }
}
