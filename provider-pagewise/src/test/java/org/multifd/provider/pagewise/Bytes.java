package org.multifd.provider.pagewise;

import java.nio.ByteBuffer;
import org.multifd.api.Payload;

/** A payload of bytes alone. */
record Bytes(ByteBuffer buffer) implements Payload {

    @Override
    public void appendPages() {
        throw new UnsupportedOperationException("bytes alone");
    }
}
