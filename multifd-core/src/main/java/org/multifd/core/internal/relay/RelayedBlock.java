package org.multifd.core.internal.relay;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.multifd.core.internal.wire.BlockTable;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * Takes a packet's RAM block as it comes: a relay does not know the RAM, the destination checks name and offsets. One
 * channel's.
 */
final class RelayedBlock implements BlockTable {

    private final byte[] name = new byte[PacketHeader.NAME_LIMIT];
    /** The same as text; made when it is asked for, and again once another name has come. */
    private String text;

    /** The name that was found last, NUL-padded. */
    byte[] name() {
        return name;
    }

    /** The name that was found last, for a method. */
    String text() {
        if (text == null) {
            int end = 0;
            while (end < name.length && name[end] != 0) {
                end++;
            }
            text = new String(name, 0, end, StandardCharsets.UTF_8);
        }
        return text;
    }

    @Override
    public int find(ByteBuffer buffer, int start, int size) {
        boolean ended = false;
        for (int i = 0; i < name.length; i++) {
            byte c = i < size ? buffer.get(start + i) : 0;
            ended |= c == 0;
            byte now = ended ? 0 : c;
            if (name[i] != now) {
                name[i] = now;
                text = null;
            }
        }
        return name[0] == 0 ? -1 : 0;
    }

    @Override
    public long usedLength(int block) {
        return Long.MAX_VALUE;
    }
}
