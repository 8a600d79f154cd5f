package org.multifd.core.internal.relay;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.RateLimiter;
import org.multifd.core.internal.channel.ReceiveChannels;
import org.multifd.core.internal.channel.ReceiveMethod;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.channel.Waiting;
import org.multifd.core.internal.wire.Flags;
import org.multifd.core.internal.wire.WireException;

/**
 * The channels that a relay passes on in one migration, in the order in which they came, and what they share. Each is
 * on its own; main is told when all of them have written a SYNC. Its monitor is the one that the threads of the
 * migration wait at.
 */
final class RelayChannels {

    final Failure failure;
    final ReceiveMethod incoming = new ReceiveMethod(List.of(), () -> outgoing().seats());
    private final List<RelayChannel> channels = new ArrayList<>();
    private volatile Outgoing outgoing;
    private int pageSize;
    private boolean settled;
    private boolean released;

    /**
     * How channels leave.
     *
     * @param tuned whether the relay was given a parameter of the method, so that its payloads are to be its own
     */
    record Outgoing(String method, boolean tuned, Seats seats, RateLimiter limiter) {

        /**
         * Whether payloads of that method leave as they came. None's do so either way, as its payload is the pages:
         * they are read to where they leave from, without a copy.
         */
        boolean passesOn(String incoming) {
            return incoming.equals(method) && !tuned && Flags.ofMethod(method) != 0;
        }
    }

    RelayChannels(Failure failure) {
        this.failure = failure;
        failure.onFailure(this::changed);
    }

    /** Wakes all that wait: a channel has written a SYNC, gets no more packets, was connected, or has come or gone. */
    synchronized void changed() {
        notifyAll();
    }

    /** Waits until every channel has written so many SYNCs; one that ends before has ended in the middle. */
    void awaitSyncs(int marks) throws IOException {
        Waiting.until(this, failure, () -> channels.stream().allMatch(channel -> channel.syncs() >= marks)
                || channels.stream().anyMatch(channel -> endedBefore(channel, marks)) ? this : null);
        for (RelayChannel channel : list()) {
            if (endedBefore(channel, marks)) {
                throw endedEarly(channel, marks);
            }
        }
    }

    private static boolean endedBefore(RelayChannel channel, int marks) {
        return channel.hasNoMore() && channel.syncs() < marks;
    }

    private static WireException endedEarly(RelayChannel channel, int marks) {
        return new WireException("channel " + channel.id + ": received end of stream after " + channel.syncs()
                + " SYNCs, expected " + marks + " as marks on the main channel; the source stopped in the middle of the"
                + " migration");
    }

    /** Main was passed on to its end: so are the channels' ends. */
    synchronized void release() {
        released = true;
        notifyAll();
    }

    void awaitRelease() throws Failure.Aborted {
        Waiting.until(this, failure, () -> released ? this : null);
    }

    /** Says how the channels leave, before the first of them is connected. */
    void outgoing(Outgoing how) {
        outgoing = how;
    }

    /** Null until it is known. May be called from any thread. */
    Outgoing outgoing() {
        return outgoing;
    }

    /** Says what the packets' layout depends on: the channels wait for it. */
    synchronized void pageSize(int bytes) {
        if (pageSize == 0) {
            pageSize = bytes;
            notifyAll();
        }
    }

    int awaitPageSize() throws Failure.Aborted {
        return Waiting.until(this, failure, () -> pageSize == 0 ? null : pageSize);
    }

    /** All channels are connected: packets may pass. */
    synchronized void settled() {
        settled = true;
        notifyAll();
    }

    /**
     * Waits until all channels are connected. A QEMU destination begins only then, and before it does not see that main
     * has ended: whatever fails must not fail before.
     */
    void awaitSettled() throws Failure.Aborted {
        Waiting.until(this, failure, () -> settled ? this : null);
    }

    /** Takes a channel that has introduced itself. */
    synchronized RelayChannel add(ReceiveChannels.Incoming taken) {
        RelayChannel channel = new RelayChannel(taken.init(), taken.connection(), this);
        channels.add(channel);
        return channel;
    }

    /** Waits until so many channels of the source are connected to the destination. */
    void awaitConnected(int count) throws Failure.Aborted {
        Waiting.until(this, failure, () -> channels.size() >= count
                && channels.stream().allMatch(channel -> channel.outgoing() != null) ? this : null);
    }

    /** Whether the source has ended each of them, and that was passed on. */
    synchronized boolean ended() {
        return channels.stream().allMatch(RelayChannel::ended);
    }

    /**
     * The source has ended main and all channels: none of these may have ended early.
     *
     * @param marks how many main had
     */
    void check(int marks) throws WireException {
        for (RelayChannel channel : list()) {
            if (channel.syncs() < marks) {
                throw endedEarly(channel, marks);
            }
            if (channel.hasPagesBehindSync()) {
                throw new WireException("channel " + channel.id
                        + ": received pages after its last SYNC, expected the end of the stream");
            }
        }
    }

    /** The bytes of each channel that have moved on both connections, by id. */
    long[] bytesMoved() {
        return list().stream().sorted(Comparator.comparingInt(channel -> channel.id))
                .mapToLong(RelayChannel::bytesMoved).toArray();
    }

    /** All of them. May be called from any thread. */
    synchronized List<RelayChannel> list() {
        return List.copyOf(channels);
    }
}
