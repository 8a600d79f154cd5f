package org.multifd.core.internal.ram;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.core.MigrationException;

/** Where a sending channel takes pages from: memory, or a file through a buffer of its own. One thread's. */
public interface PageSource {

    /** Whether a page is zero. */
    boolean isZero(RamBlock block, long offset) throws IOException;

    /** The first {@code count} of these pages, read-only, in their order; valid until the next call. */
    RamRuns read(RamBlock block, long[] offsets, int count) throws IOException;

    /**
     * Whether these pages lie in a file from which they can leave without being read here; then they may be given to
     * {@link #leave}.
     */
    default boolean canLeave(RamBlock block, long[] offsets, int count) {
        return false;
    }

    /** Has the first {@code count} of these pages leave straight from their file, neighbours together. */
    default void leave(RamBlock block, long[] offsets, int count, FileWay to) throws IOException {
        throw new UnsupportedOperationException("pages that lie in no file");
    }

    /**
     * The payload that a file has of exactly these pages, in their order, checked and from its position on; or null,
     * then they are to be read. Valid until the next call.
     *
     * @param sums gets the CRC-32C of each page
     */
    default ByteBuffer stored(RamBlock block, long[] offsets, int count, int[] sums) throws IOException {
        return null;
    }

    /** No page is wanted any more. */
    default void close() throws MigrationException {
    }
}
