package org.multifd.bench.packet;

import java.io.IOException;
import org.multifd.api.MultiFDException;

/** One of the ways of doing the same work that are timed side by side, piece by piece. */
interface Rival extends AutoCloseable {

    /** Before each pass over all pieces, untimed: what a pass needs anew. */
    default void begin() throws MultiFDException, IOException {
        // most go on where they are
    }

    /** Does one piece of the work: a packet, or a stretch of memory. */
    void piece(int index) throws MultiFDException, IOException;

    @Override
    default void close() throws MultiFDException {
        // most hold nothing
    }
}
