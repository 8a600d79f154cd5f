package org.multifd.core.internal.ram;

/** Pages that follow each other in their block. */
public final class Neighbours {

    private Neighbours() {
    }

    /** The index behind the last of those that follow {@code offsets[first]} without a gap, at most {@code end}. */
    public static int end(long[] offsets, int first, int end, int pageSize) {
        int i = first + 1;
        while (i < end && offsets[i] == offsets[i - 1] + pageSize) {
            i++;
        }
        return i;
    }
}
