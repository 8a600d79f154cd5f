package org.multifd.core.internal.transport;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where a stream's bytes come from: a connection, or one that is copied elsewhere while it is read. */
@FunctionalInterface
public interface ByteSource {

    /** Puts what there is, at least one byte, into the buffer at its position; -1 at the end of the stream. */
    int read(ByteBuffer into) throws IOException;

    /** Whether nothing comes within this time. False where that cannot be told, and at the end of the stream. */
    default boolean isQuiet(int millis) throws IOException {
        return false;
    }
}
