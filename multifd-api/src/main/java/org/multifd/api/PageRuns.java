package org.multifd.api;

import java.nio.ByteBuffer;

/**
 * The pages of one packet, as runs of neighbouring pages in payload order. A run never crosses the end of a RAM
 * segment. Whether the memory is guest RAM, a file's buffer or a relay's scratch, a method cannot tell.
 *
 * <p>A reused view that the channel owns: valid during the call that was given it, on that call's thread. Everything
 * here is free of allocation.
 */
public interface PageRuns {

    /**
     * The guest's page size.
     *
     * @return bytes
     */
    int pageSize();

    /**
     * How many pages there are, over all runs.
     *
     * @return 1..pageCount
     */
    int pages();

    /**
     * How many bytes the pages have.
     *
     * @return {@code pages() * pageSize()}
     */
    int bytes();

    /**
     * How many runs there are.
     *
     * @return 1..pages()
     */
    int runs();

    /**
     * The RAM block that all pages belong to, in the guest's own names ({@code pc.ram}).
     *
     * @return the block's name, at most 255 characters
     */
    String block();

    /**
     * Where a page is in its block. Pages of one run are neighbours in the memory at hand and need not be neighbours in
     * the guest, so each page has an offset of its own.
     *
     * @param page 0..pages()-1, in payload order
     * @return bytes from the block's start, a multiple of the page size
     * @throws IndexOutOfBoundsException if there is no such page
     */
    long offset(int page);

    /**
     * One run's memory: position to limit, a multiple of the page size. The position and limit may be moved; each call
     * sets them anew, and buffers of different runs are usable side by side. While sending it is read-only and
     * <em>live</em>: its content can change at any moment (rule 2.4).
     *
     * @param run 0..runs()-1, in payload order
     * @return a direct buffer, big-endian
     * @throws IndexOutOfBoundsException if there is no such run
     */
    ByteBuffer buffer(int run);

    /**
     * Copies all pages in payload order: one snapshot, after which live memory cannot do any harm (rule 2.4).
     *
     * @param dst where to; its position moves by {@link #bytes()}
     * @throws java.nio.BufferOverflowException if it has less room
     */
    void copyTo(ByteBuffer dst);

    /**
     * Fills all pages in payload order. Only while receiving.
     *
     * @param src where from; its position moves by {@link #bytes()}
     * @throws java.nio.BufferUnderflowException if less remains in it
     * @throws java.nio.ReadOnlyBufferException while sending
     */
    void copyFrom(ByteBuffer src);
}
