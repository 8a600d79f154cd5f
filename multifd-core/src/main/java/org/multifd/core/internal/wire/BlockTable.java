package org.multifd.core.internal.wire;

import java.nio.ByteBuffer;

/** What a packet's header is checked against: the RAM blocks that the main stream announced. */
public interface BlockTable {

    /**
     * The block whose name lies at {@code start}, NUL-terminated within {@code size} bytes, or -1. Allocates nothing.
     */
    int find(ByteBuffer buffer, int start, int size);

    /** The used length of a block in bytes. */
    long usedLength(int block);
}
