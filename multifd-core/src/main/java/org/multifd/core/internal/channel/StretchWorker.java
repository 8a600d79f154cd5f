package org.multifd.core.internal.channel;

import java.io.IOException;
import org.multifd.core.MigrationException;

/** What a channel to or from a file does with the stretches of RAM that it takes. One thread's, but for the figures. */
public interface StretchWorker {

    /**
     * Handles a stretch: at most as many pages as a packet has, neighbours in one block.
     *
     * @param block the block's index
     * @param offset where in the block it begins, in bytes
     */
    void stretch(int block, long offset, int pages) throws IOException;

    /** There is no stretch left in this pass over RAM. */
    default void endOfPass() throws IOException {
    }

    /** There is no pass any more. */
    default void close() throws MigrationException {
    }

    /** What it has done so far. Any thread. */
    ChannelStats stats();
}
