package org.multifd.core;

import java.util.List;

/**
 * What a {@link Relay} has done of a migration so far, or did: a value that does not change any more.
 *
 * @param state where it is
 * @param incomingMethod the method that the packets came by, "" until it is known
 * @param outgoingMethod the method that they left by, "" until it is known
 * @param ramBytes the guest's RAM in bytes, 0 until it is known
 * @param pageSize bytes, 0 until it is known
 * @param rounds marks of rounds that passed on the main channel
 * @param mainBytes bytes on the main channel from the source to the destination
 * @param returnBytes bytes on the main channel from the destination to the source
 * @param zeroPagesOnMain zero pages that travelled on the main channel
 * @param channels each multifd channel's figures, in the order in which they came
 * @param confirmed whether the destination said on the return path that all was loaded; without one nobody says so
 * @param elapsedNanos since the main channel came
 */
public record RelayStats(MigrationStats.State state, String incomingMethod, String outgoingMethod, long ramBytes,
        int pageSize, int rounds, long mainBytes, long returnBytes, long zeroPagesOnMain, List<Channel> channels,
        boolean confirmed, long elapsedNanos) {

    /**
     * Copies the list.
     *
     * @param state where it is
     * @param incomingMethod the incoming method's name
     * @param outgoingMethod the outgoing method's name
     * @param ramBytes bytes
     * @param pageSize bytes
     * @param rounds marks
     * @param mainBytes bytes
     * @param returnBytes bytes
     * @param zeroPagesOnMain pages
     * @param channels each channel
     * @param confirmed whether the destination said so
     * @param elapsedNanos nanoseconds
     */
    public RelayStats {
        channels = List.copyOf(channels);
    }

    /**
     * One multifd channel.
     *
     * @param id its number at both sides
     * @param bytesIn bytes that arrived on its socket
     * @param bytesOut bytes that left
     * @param packets packets passed on, SYNC included
     * @param normalPages pages that travelled with a payload
     * @param zeroPages pages that travelled as zero in packets
     * @param payloadBytesIn bytes of the payloads that arrived
     * @param payloadBytesOut bytes of the payloads that left
     * @param decodeNanos time spent in the incoming method, without waiting for the socket
     * @param encodeNanos time spent in the outgoing method, next to none if payloads are passed on
     */
    public record Channel(int id, long bytesIn, long bytesOut, long packets, long normalPages, long zeroPages,
            long payloadBytesIn, long payloadBytesOut, long decodeNanos, long encodeNanos) {
    }

    /** {@return the bytes that arrived from the source, main included} */
    public long bytesIn() {
        return mainBytes + channels.stream().mapToLong(Channel::bytesIn).sum();
    }

    /** {@return the bytes that left for the destination, main included} */
    public long bytesOut() {
        return mainBytes + channels.stream().mapToLong(Channel::bytesOut).sum();
    }

    /** {@return the pages that travelled with a payload, over all rounds} */
    public long normalPages() {
        return channels.stream().mapToLong(Channel::normalPages).sum();
    }

    /** {@return the pages that travelled as zero, over all rounds} */
    public long zeroPages() {
        return zeroPagesOnMain + channels.stream().mapToLong(Channel::zeroPages).sum();
    }

    /** {@return the normal pages' bytes divided by the bytes of the payloads that arrived; 1 if there was none} */
    public double ratioIn() {
        return ratio(channels.stream().mapToLong(Channel::payloadBytesIn).sum());
    }

    /** {@return the normal pages' bytes divided by the bytes of the payloads that left; 1 if there was none} */
    public double ratioOut() {
        return ratio(channels.stream().mapToLong(Channel::payloadBytesOut).sum());
    }

    private double ratio(long payload) {
        return payload == 0 ? 1 : (double) normalPages() * pageSize / payload;
    }
}
