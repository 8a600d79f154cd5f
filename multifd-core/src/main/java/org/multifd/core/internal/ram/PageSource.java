package org.multifd.core.internal.ram;

import java.io.IOException;

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
}
