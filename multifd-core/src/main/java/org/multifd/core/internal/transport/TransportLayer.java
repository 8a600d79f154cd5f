package org.multifd.core.internal.transport;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The way a connection's bytes travel: as they are, or within TLS, which alone knows more of the peer. */
interface TransportLayer {

    /** Puts what there is, at least one byte, into the buffer at its position; -1 at the end of the stream. */
    int read(ByteBuffer into) throws IOException;

    /** As {@link #read(ByteBuffer)}, into {@code count} buffers from index {@code first} on. */
    long read(ByteBuffer[] into, int first, int count) throws IOException;

    /** See {@link Connection#isQuiet}. */
    boolean isQuiet(int millis) throws IOException;

    /** Writes the buffer up to its limit. */
    void write(ByteBuffer from) throws IOException;

    /** Writes {@code count} buffers from index {@code first} on up to their limits. */
    void write(ByteBuffer[] from, int first, int count) throws IOException;

    /** Tells the peer that no more will be written; reading goes on. */
    void shutdownOutput() throws IOException;

    /** See {@link Connection#identity}. */
    default String identity() {
        return null;
    }

    /** The key that the peer has shown to hold, encoded; null if it had to show nothing. */
    default byte[] peerKey() {
        return null;
    }

    /** See {@link Connection#cutOff}. */
    default boolean cutOff() {
        return false;
    }

    /** See {@link Connection#refusedInSilence}. */
    default boolean refusedInSilence() {
        return false;
    }

    /** See {@link Connection#accepted}. */
    default void accepted() {
        // nothing was in doubt
    }

    /** See {@link Connection#answered}. */
    default IOException answered(IOException error, String peer) {
        return error;
    }

    /** Says that a confirmed migration ends here. {@code onMain} TLS is not told. */
    default void sayEnd(boolean onMain) {
        // the connection's close says it
    }

    /** Waits until the peer has closed, too. */
    default void awaitEnd() {
        // nothing is on the way that a close could destroy
    }
}
