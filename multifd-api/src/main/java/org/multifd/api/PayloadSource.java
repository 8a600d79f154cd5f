package org.multifd.api;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Where a method takes a packet's payload from: all of it as bytes, {@link #buffer()}, or straight into the pages,
 * {@link #readInto}; before either, the first bytes by {@link #head}. Calling neither, both, or leaving bytes over is
 * an error that core reports (rule 3.2).
 *
 * <p>Core's, for the channel's thread, valid until {@code recv} returns. An {@link IOException} out of it (peer gone,
 * cancelled) is core's own: let it pass unwrapped (rule 3.5).
 */
public interface PayloadSource {

    /**
     * The payload's length as the packet's header states it, already checked against the limit.
     *
     * @return bytes, 1..payloadLimit; nothing else about it is checked
     */
    int length();

    /**
     * The payload's first bytes, to decide by them what becomes of the rest. Called once, before the others.
     *
     * @param bytes how many, at least 1
     * @return a direct, read-only buffer with so many bytes remaining, which are consumed whether they are read or not;
     *     valid until the rest is asked for
     * @throws MultiFDException if the payload has fewer
     * @throws IOException if the connection fails
     */
    ByteBuffer head(int bytes) throws MultiFDException, IOException;

    /**
     * The whole payload, or what is behind the head; read when first asked for. Consume it: the position must have
     * reached the limit when {@code recv} returns.
     *
     * @return a direct, read-only buffer with {@link #length()} bytes remaining, less the head's; the same buffer for
     *     each packet
     * @throws IOException if the connection fails
     */
    ByteBuffer buffer() throws IOException;

    /**
     * Reads the payload, or what is behind the head, from the connection straight into the pages.
     *
     * @param pages the pages that {@code recv} was given
     * @throws MultiFDException if {@link #length()}, less the head's, is not exactly {@code pages.bytes()}
     * @throws IOException if the connection fails
     */
    void readInto(PageRuns pages) throws MultiFDException, IOException;
}
