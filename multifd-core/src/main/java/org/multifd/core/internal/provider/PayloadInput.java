package org.multifd.core.internal.provider;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.api.PageRuns;

/** Where a channel's payloads come from: a connection, as a rule. One thread's. */
public interface PayloadInput {

    /**
     * Reads on in a payload.
     *
     * @param from how many of its bytes were read before, from this one's beginning on
     * @param to how many are read after it
     * @return those bytes, as a direct, read-only buffer; it is the same one each time, or one of few
     */
    ByteBuffer read(int from, int to) throws IOException;

    /**
     * Reads on into these pages, to the payload's end.
     *
     * @param from how many bytes of the payload were read before
     */
    void readInto(PageRuns pages, int from) throws IOException;
}
