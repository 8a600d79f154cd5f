package org.multifd.core.internal.transport;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The way a connection's bytes travel: as they are, or within TLS. */
interface TransportLayer {

    /** Puts what there is, at least one byte, into the buffer at its position; -1 at the end of the stream. */
    int read(ByteBuffer into) throws IOException;

    /** As {@link #read(ByteBuffer)}, into {@code count} buffers from index {@code first} on, which are not all full. */
    default long read(ByteBuffer[] into, int first, int count) throws IOException {
        return read(unfilled(into, first));
    }

    /** See {@link Connection#isQuiet}. */
    boolean isQuiet(int millis) throws IOException;

    /** Writes the buffer up to its limit. */
    default void write(ByteBuffer from) throws IOException {
        write(new ByteBuffer[] {from}, 0, 1);
    }

    /** Writes {@code count} buffers from index {@code first} on up to their limits. */
    void write(ByteBuffer[] from, int first, int count) throws IOException;

    /** Tells the peer that no more will be written; reading goes on. */
    void shutdownOutput() throws IOException;

    /** Returns the first buffer from that index on with room; there is one. */
    static ByteBuffer unfilled(ByteBuffer[] buffers, int first) {
        int i = first;
        while (!buffers[i].hasRemaining()) {
            i++;
        }
        return buffers[i];
    }

    /** Returns how much {@code count} buffers from index {@code first} on have left. */
    static long remaining(ByteBuffer[] buffers, int first, int count) {
        long sum = 0;
        for (int i = first; i < first + count; i++) {
            sum += buffers[i].remaining();
        }
        return sum;
    }
}
