package org.multifd.core.internal.wire;

import java.util.List;

/** The sizes of pages and the numbers that a migration is bound to; a packet's own are {@link PacketHeader}'s. */
public final class Limits {

    /** The page sizes in bytes that a guest may have. */
    public static final List<Integer> PAGE_SIZES = List.of(4096, 16384, 65536);

    /** {@link #PAGE_SIZES} for a message. */
    public static final String PAGE_SIZES_TEXT = "4096, 16384 or 65536";

    /** The page size of a guest that does not say another. */
    public static final int USUAL_PAGE_SIZE = 4096;

    /** The most multifd channels: ids are one byte, and QEMU has no more. */
    public static final int CHANNELS = 255;

    private Limits() {
    }

    public static boolean isPageSize(long size) {
        return size == (int) size && PAGE_SIZES.contains((int) size);
    }

    /** @throws IllegalArgumentException if it is none of {@link #PAGE_SIZES} */
    public static int checkPageSize(int size) {
        if (!isPageSize(size)) {
            throw new IllegalArgumentException("page size: received " + size + ", expected " + PAGE_SIZES_TEXT);
        }
        return size;
    }
}
