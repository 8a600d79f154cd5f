package org.multifd.core.internal.ram;

import java.io.IOException;
import org.multifd.core.MigrationException;

/** Where received pages go: memory, or a file through a buffer of its own. One thread's. */
public interface PageTarget {

    /**
     * Room for the first {@code count} of these pages, in their order; what is put there counts once they have arrived.
     * Pages of one run need not be neighbours in their block.
     */
    RamRuns runs(int block, long[] offsets, int count) throws IOException;

    /** The first {@code normal} pages have been put into their {@link #runs}; the next {@code zero} ones are zero. */
    void arrived(int block, long[] offsets, int normal, int zero) throws IOException;

    /** A round ends: what has arrived must count before a page of the next round does, on whatever thread. */
    default void endOfRound() throws IOException {
    }

    /** Nothing arrives any more. */
    default void close() throws MigrationException {
    }
}
