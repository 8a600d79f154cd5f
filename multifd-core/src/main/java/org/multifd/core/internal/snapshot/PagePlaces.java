package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.core.internal.ram.PageBitmap;
import org.multifd.core.internal.ram.RamBlocks;

/** Where the pages go in a file that is being written, and which of them are there (wire-format 7). Any thread. */
final class PagePlaces {

    private final WrittenFile file;
    private final SnapshotLayout layout;
    private final RamBlocks blocks;
    private final int pageSize;
    private final PageBitmap[] present;

    PagePlaces(WrittenFile file, SnapshotLayout layout, RamBlocks blocks) {
        this.file = file;
        this.layout = layout;
        this.blocks = blocks;
        this.pageSize = blocks.pageSize();
        this.present = new PageBitmap[blocks.count()];
        for (int i = 0; i < present.length; i++) {
            present[i] = new PageBitmap(blocks.get(i).pages());
        }
    }

    RamBlocks blocks() {
        return blocks;
    }

    PageBitmap present(int block) {
        return present[block];
    }

    /** Writes neighbouring pages, the first of which is at this offset in the block. */
    void write(int block, long offset, ByteBuffer pages) throws IOException {
        long first = offset / pageSize;
        long end = first + pages.remaining() / pageSize;
        file.write(pages, layout.pages(block) + offset);
        present[block].set(first, end);
    }

    /** The page is zero; what an earlier round wrote stays in its place, and counts no more. */
    void clear(int block, long offset) {
        long page = offset / pageSize;
        if (present[block].get(page)) {
            present[block].clear(page);
        }
    }
}
