package org.multifd.core.internal.ram;

import org.multifd.core.internal.wire.WireException;

/**
 * The heap that a guest costs by its size alone: bits for each page, whatever is in it. A peer or a file claims that
 * size, so it is checked before anything is allocated for it.
 */
public final class GuestHeap {

    /** Which pages have arrived, and which of them have content. */
    public static final int BITS_TO_RECEIVE = 2;

    /** Which pages a snapshot has, which are left to send, and which were taken for that; or which have arrived. */
    public static final int BITS_OF_SNAPSHOT = 3;

    private static final int MIB = 20;

    /** Recommended sizes are multiples of this, and a sixteenth more: a collector may keep as much for itself. */
    private static final long STEP = 64;

    private GuestHeap() {
    }

    /**
     * Refuses a guest whose bits are more than half of the heap: each array is in one piece, and the rest needs room.
     *
     * @throws WireException with what is needed, what there is, and the option that helps
     */
    public static void check(long pages, int pageSize, int bitsPerPage) throws WireException {
        check(pages, pageSize, bitsPerPage, Runtime.getRuntime().maxMemory());
    }

    static void check(long pages, int pageSize, int bitsPerPage, long heap) throws WireException {
        long bytes = pages / Byte.SIZE * bitsPerPage;
        if (bytes > heap / 2) {
            long needed = ((2 * bytes + bytes / 8 - 1 >> MIB) / STEP + 1) * STEP;
            throw new WireException("RAM: received a guest of " + pages * pageSize + " bytes, whose " + pages
                    + " pages take " + ((bytes - 1 >> MIB) + 1) + " MiB of heap (" + bitsPerPage
                    + " bits each), expected at most half of the heap of " + (heap >> MIB)
                    + " MiB; start Java with -Xmx" + needed + "m or more");
        }
    }
}
