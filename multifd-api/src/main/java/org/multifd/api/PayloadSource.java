package org.multifd.api;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Where a method takes a packet's payload from: either all of it as bytes, {@link #buffer()}, or straight into the
 * pages, {@link #readInto}. Calling neither, both, or leaving bytes over is an error that core reports (rule 3.2).
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
     * The whole payload, read when first asked for. Consume it: the position must have reached the limit when
     * {@code recv} returns.
     *
     * @return a direct, read-only buffer with {@link #length()} bytes remaining; the same buffer for each packet
     * @throws IOException if the connection fails
     */
    ByteBuffer buffer() throws IOException;

    /**
     * Reads the payload from the connection straight into the pages.
     *
     * @param pages the pages that {@code recv} was given
     * @throws MultiFDException if {@link #length()} is not exactly {@code pages.bytes()}
     * @throws IOException if the connection fails
     */
    void readInto(PageRuns pages) throws MultiFDException, IOException;
}
