package org.multifd.core.internal.channel;

/** What one channel has done. Written by its thread, read by any. */
public final class ChannelStats {

    private volatile long packets;
    private volatile long normalPages;
    private volatile long zeroPages;
    private volatile long payloadBytes;
    private volatile long codecNanos;

    /** A packet, or a stretch of a file, is done. Its channel's thread. */
    public void packet(int normal, int zero, long payload, long nanos) {
        // One writer: the volatile store publishes, nothing can be lost between the read and it.
        packets = packets + 1;
        normalPages = normalPages + normal;
        zeroPages = zeroPages + zero;
        payloadBytes = payloadBytes + payload;
        codecNanos = codecNanos + nanos;
    }

    /** Packets, with and without pages; in a file stretches with pages. */
    public long packets() {
        return packets;
    }

    public long normalPages() {
        return normalPages;
    }

    public long zeroPages() {
        return zeroPages;
    }

    public long payloadBytes() {
        return payloadBytes;
    }

    /** Time in the method, without the time it waited for the socket. */
    public long codecNanos() {
        return codecNanos;
    }
}
