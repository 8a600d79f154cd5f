package org.multifd.core.internal.relay;

import java.nio.ByteBuffer;
import org.multifd.core.internal.wire.BlockTable;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * Takes a packet's RAM block as it comes: a relay does not know the RAM, the destination checks name and offsets. One
 * channel's.
 */
final class RelayedBlock implements BlockTable {

    private final byte[] name = new byte[PacketHeader.NAME_LIMIT];

    /** The name that was found last, NUL-padded. */
    byte[] name() {
        return name;
    }

    @Override
    public int find(ByteBuffer buffer, int start, int size) {
        boolean ended = false;
        for (int i = 0; i < name.length; i++) {
            byte c = i < size ? buffer.get(start + i) : 0;
            ended |= c == 0;
            name[i] = ended ? 0 : c;
        }
        return name[0] == 0 ? -1 : 0;
    }

    @Override
    public long usedLength(int block) {
        return Long.MAX_VALUE;
    }
}
