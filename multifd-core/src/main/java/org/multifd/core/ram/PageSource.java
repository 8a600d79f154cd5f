package org.multifd.core.ram;

import java.io.IOException;

/** Where a sending channel takes pages from: memory, or a file through a buffer of its own. One thread's. */
public interface PageSource {

    /** Whether a page is zero. */
    boolean isZero(RamBlock block, long offset) throws IOException;

    /** The first {@code count} of these pages, read-only, in their order; valid until the next call. */
    RamRuns read(RamBlock block, long[] offsets, int count) throws IOException;
}
