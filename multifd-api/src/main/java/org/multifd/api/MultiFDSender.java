package org.multifd.api;

/**
 * One sending channel's compressor, made by {@link MultiFDMethods#sendSetup}. Its fields are what QEMU keeps behind
 * {@code void *data}.
 *
 * <p>Used by one thread at a time; in a migration the channel's thread makes, uses and closes it. After an exception it
 * is only closed. Rules 2 and 4 of {@link MultiFDMethods}.
 */
public interface MultiFDSender extends AutoCloseable {

    /**
     * Makes one packet's payload: QEMU's {@code send_prepare}, and {@code send_write} of 2019.
     *
     * @param pages 1..pageCount pages of one block, read-only and live; a zero page is possible (rule 2.2)
     * @param out where the payload goes
     * @throws MultiFDException if the pages cannot be compressed; the migration fails
     */
    void prepare(PageRuns pages, Payload out) throws MultiFDException;

    /**
     * Ends a round: every page that this channel was given in it has been prepared, and its SYNC comes next. Called at
     * each SYNC, the first of which comes before any packet (rule 2.8). Makes no payload.
     *
     * @throws MultiFDException if the method cannot go on; the migration fails
     */
    default void endOfRound() throws MultiFDException {
    }

    /**
     * Frees everything, native memory at once: QEMU's {@code send_cleanup}. A second call does nothing.
     *
     * @throws MultiFDException if something failed; it is logged and fails nothing else (rule 4.1)
     */
    @Override
    void close() throws MultiFDException;
}
