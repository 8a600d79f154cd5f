package org.multifd.core;

import java.util.List;

/**
 * What a migration has done so far, or did: a value that does not change any more.
 *
 * @param state where it is
 * @param method the method's name, "" until it is known
 * @param ramBytes the guest's RAM in bytes
 * @param pageSize bytes, 0 until it is known
 * @param rounds at a source rounds begun; at a destination marks on the main channel: from machine type 8.1 on about
 *     one for each round, before one for each section of the stream, of which a round has many
 * @param remainingPages pages known to be left to send, at the source
 * @param mainBytes bytes that crossed on the main channel, both directions; into a file, what was written besides pages
 * @param channels each multifd channel's figures
 * @param zeroPagesOnMain zero pages that travelled on the main channel
 * @param elapsedNanos since the first connection
 * @param bandwidth bytes of the last round's pages per second, at the source; 0 until it is known. Zero pages count, in
 *     the first round only if there are no others
 * @param dirtyRate bytes per second that the guest dirtied in the last round, at the source
 * @param downtimeNanos from the pause of the guest to the destination's confirmation, or to the complete file, at the
 *     source
 */
public record MigrationStats(State state, String method, long ramBytes, int pageSize, int rounds, long remainingPages,
        long mainBytes, List<Channel> channels, long zeroPagesOnMain, long elapsedNanos, double bandwidth,
        double dirtyRate, long downtimeNanos) {

    /**
     * Copies the list.
     *
     * @param state where it is
     * @param method the method's name
     * @param ramBytes bytes
     * @param pageSize bytes
     * @param rounds rounds begun, or marks
     * @param remainingPages pages
     * @param mainBytes bytes
     * @param channels each channel
     * @param zeroPagesOnMain pages
     * @param elapsedNanos nanoseconds
     * @param bandwidth bytes per second
     * @param dirtyRate bytes per second
     * @param downtimeNanos nanoseconds
     */
    public MigrationStats {
        channels = List.copyOf(channels);
    }

    /** Where a migration is. */
    public enum State {
        /** Waiting, connecting, negotiating. */
        SETUP,
        /** Pages are moving. */
        ACTIVE,
        /** All was moved, and the destination said so if there is a return path. */
        COMPLETED,
        /** It failed or was cancelled. */
        FAILED,
        /** Everything was sent, but the destination did not say whether it was loaded. */
        UNKNOWN
    }

    /**
     * One multifd channel.
     *
     * @param bytes bytes that really crossed the socket, headers included; of a file the bytes of its pages
     * @param packets packets, SYNC included; of a file the stretches of at most 512 KiB with pages in them
     * @param normalPages pages that travelled with a payload, or were written or read
     * @param zeroPages pages that travelled as zero in packets, or are zero in the file
     * @param payloadBytes bytes of the payloads
     * @param codecNanos time spent in the method, without waiting for the socket
     */
    public record Channel(long bytes, long packets, long normalPages, long zeroPages, long payloadBytes,
            long codecNanos) {
    }

    /** {@return the bytes that crossed the wire on all channels, main included} */
    public long wireBytes() {
        return mainBytes + channels.stream().mapToLong(Channel::bytes).sum();
    }

    /** {@return the pages that travelled with a payload, over all rounds} */
    public long normalPages() {
        return channels.stream().mapToLong(Channel::normalPages).sum();
    }

    /** {@return the pages that travelled as zero, over all rounds} */
    public long zeroPages() {
        return zeroPagesOnMain + channels.stream().mapToLong(Channel::zeroPages).sum();
    }

    /** {@return the normal pages' bytes divided by their payloads' bytes; 1 if there was none} */
    public double ratio() {
        long payload = channels.stream().mapToLong(Channel::payloadBytes).sum();
        return payload == 0 ? 1 : (double) normalPages() * pageSize / payload;
    }

    /** {@return the nanoseconds of one core in the method over all channels, on this side} */
    public long codecNanos() {
        return channels.stream().mapToLong(Channel::codecNanos).sum();
    }
}
