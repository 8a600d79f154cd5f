package org.multifd.api;

import java.nio.ByteBuffer;

/**
 * Where a method puts a packet's payload: either bytes into {@link #buffer()}, or the pages themselves by
 * {@link #appendPages()}; one of the two, not both.
 *
 * <p>Core's, for the channel's thread, valid until {@code prepare} returns.
 */
public interface Payload {

    /**
     * The payload's memory. What was put, from 0 to the position when {@code prepare} returns, is the payload. The same
     * buffer each time, cleared before each call.
     *
     * @return a direct buffer, big-endian, whose limit is the payload limit (rule 2.3)
     */
    ByteBuffer buffer();

    /**
     * Makes the pages, as they lie in memory, the payload: they leave in one gathering write, without a copy.
     *
     * @throws IllegalStateException if bytes were put into the buffer
     */
    void appendPages();
}
