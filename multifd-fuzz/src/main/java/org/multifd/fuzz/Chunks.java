package org.multifd.fuzz;

import java.nio.ByteBuffer;
import org.multifd.core.internal.transport.ByteSource;

/** A stream that comes in pieces of a length. */
final class Chunks implements ByteSource {

    private final byte[] bytes;
    private final int chunk;
    private int position;

    Chunks(byte[] bytes, int position, int chunk) {
        this.bytes = bytes;
        this.position = position;
        this.chunk = chunk;
    }

    @Override
    public int read(ByteBuffer into) {
        if (position == bytes.length) {
            return -1;
        }
        int n = Math.min(Math.min(chunk, into.remaining()), bytes.length - position);
        into.put(bytes, position, n);
        position += n;
        return n;
    }
}
