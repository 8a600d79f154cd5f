package org.multifd.api;

import java.io.IOException;

/**
 * One receiving channel's decompressor, made by {@link MultiFDMethods#recvSetup}.
 *
 * <p>Used by one thread at a time; in a migration the channel's thread makes, uses and closes it. After an exception it
 * is only closed. Rules 3 and 4 of {@link MultiFDMethods}.
 */
public interface MultiFDReceiver extends AutoCloseable {

    /**
     * Fills one packet's pages: QEMU's {@code recv}, {@code recv_pages} of 2019.
     *
     * @param pages 1..pageCount pages to fill, writable; nothing outside them may be written
     * @param in the payload: hostile until proven otherwise
     * @throws MultiFDException if the payload is not exactly these pages
     * @throws IOException what {@code in} threw, unwrapped
     */
    void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException;

    /**
     * Ends a round: the channel's SYNC has come, behind the same packet as at the sender (rule 3.7).
     *
     * @throws MultiFDException if the method cannot go on; the migration fails
     */
    default void endOfRound() throws MultiFDException {
    }

    /**
     * Frees everything, native memory at once: QEMU's {@code recv_cleanup}, which has no error. A second call does
     * nothing.
     */
    @Override
    void close();
}
