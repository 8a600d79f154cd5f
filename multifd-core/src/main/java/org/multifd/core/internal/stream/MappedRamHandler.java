package org.multifd.core.internal.stream;

import java.io.IOException;

/** What a file says besides: where the pages of each block are (wire-format 7). It has no pages in its records. */
public interface MappedRamHandler extends MainStreamHandler {

    /** What follows a block's entry in the RAM list, as read. Offsets are the file's. */
    record Header(int version, long pageSize, long bitmapOffset, long pagesOffset) {
    }

    /**
     * A block of the RAM list and its header, which this call checks: the list goes on behind the block's pages.
     *
     * @param end where the header ends in the file
     */
    void placed(BlockEntry block, Header header, long end) throws IOException;
}
