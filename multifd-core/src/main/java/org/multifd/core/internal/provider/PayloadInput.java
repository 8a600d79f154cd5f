package org.multifd.core.internal.provider;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.api.PageRuns;

/** Where a channel's payloads come from: a connection, as a rule. One thread's. */
public interface PayloadInput {

    /** The next bytes, as a direct, read-only buffer; it is the same one each time, or one of few. */
    ByteBuffer read(int length) throws IOException;

    /** Reads the next bytes into these pages. */
    void readInto(PageRuns pages) throws IOException;
}
