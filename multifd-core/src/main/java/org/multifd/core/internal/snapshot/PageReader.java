package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads a snapshot's pages in any order. One thread's: what is needed to decode pages is set up by the first read on
 * that thread, and closed by {@link #close} on the same one.
 */
public interface PageReader extends AutoCloseable {

    /**
     * Reads one page; zeros if the file does not have it.
     *
     * @param block the block's index
     * @param offset where the page is in its block, in bytes
     * @param into gets the page from its position on, which must leave a page of room
     */
    void read(int block, long offset, ByteBuffer into) throws IOException;

    @Override
    void close() throws IOException;

    /** Puts so many bytes of zeros, a multiple of 8. */
    static void clear(ByteBuffer into, int bytes) {
        for (int i = 0; i < bytes; i += Long.BYTES) {
            into.putLong(0);
        }
    }
}
