package org.multifd.api;

import java.nio.ByteBuffer;

/**
 * Where a method puts a packet's payload: bytes into {@link #buffer()}, the pages themselves by {@link #appendPages()},
 * or both: a head of bytes, and the pages behind it.
 *
 * <p>Core's, for the channel's thread, valid until {@code prepare} returns.
 */
public interface Payload {

    /** The {@link #effort()} that leaves it to the method's parameters. */
    int EFFORT_AS_SET = -1;

    /** The lowest {@link #effort()}: as fast as possible. */
    int LEAST_EFFORT = 0;

    /** The highest {@link #effort()}: as small as possible. */
    int MOST_EFFORT = 100;

    /**
     * The payload's memory. What was put, from 0 to the position when {@code prepare} returns, is the payload. The same
     * buffer each time, cleared before each call.
     *
     * @return a direct buffer, big-endian, whose limit is the payload limit (rule 2.3)
     */
    ByteBuffer buffer();

    /**
     * Adds the pages, as they lie in memory, behind the bytes that were put: they leave in the same gathering write,
     * without a copy. Nothing is put behind them.
     */
    void appendPages();

    /**
     * How hard to compress this packet: a hint that can differ from packet to packet (rule 2.9). A method that has no
     * choice ignores it.
     *
     * @return {@link #LEAST_EFFORT} (as fast as possible, nothing need shrink) to {@link #MOST_EFFORT} (as small as
     *     possible), or {@link #EFFORT_AS_SET}
     */
    default int effort() {
        return EFFORT_AS_SET;
    }
}
