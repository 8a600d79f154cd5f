package org.multifd.bench.method;

import java.nio.ByteBuffer;

/** Beside none: one copy of the pages. */
final class BareCopy implements BareCodec {

    @Override
    public int encode(ByteBuffer from, int start, int length, ByteBuffer to) {
        to.put(0, from, start, length);
        return length;
    }

    @Override
    public void decode(ByteBuffer payload, ByteBuffer to, int start, int length) {
        to.put(start, payload, 0, length);
    }

    @Override
    public void close() {
        // holds nothing
    }
}
