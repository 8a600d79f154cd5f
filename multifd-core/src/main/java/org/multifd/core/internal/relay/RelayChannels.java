package org.multifd.core.internal.relay;

import java.io.IOException;
import java.util.ArrayList;
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
 * The channels that a relay passes on in one migration, in the order in which they came. Each is on its own; main is
 * told when all of them have written a SYNC.
 */
public final class RelayChannels {

    private final Failure failure;
    private final ReceiveMethod incoming;
    private final List<RelayChannel> channels = new ArrayList<>();
    private volatile String outgoing;
    private volatile int outgoingFlags;
    private volatile Seats seats;
    private volatile RateLimiter rateLimiter;
    private int pageSize;
    private boolean released;

    public RelayChannels(Failure failure) {
        this.failure = failure;
        this.incoming = new ReceiveMethod(List.of(), this::seats);
        failure.onFailure(this::wake);
    }

    private synchronized void wake() {
        notifyAll();
    }

    /** A channel has written a SYNC, or gets no more packets. */
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
        return new WireException("channel " + channel.id() + ": received end of stream after " + channel.syncs()
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
    public void outgoing(String method, Seats from, RateLimiter limiter) {
        outgoing = method;
        outgoingFlags = Flags.ofMethod(method);
        seats = from;
        rateLimiter = limiter;
    }

    /** Says what the packets' layout depends on: the channels wait for it. */
    public synchronized void pageSize(int bytes) {
        if (pageSize == 0) {
            pageSize = bytes;
            notifyAll();
        }
    }

    int awaitPageSize() throws Failure.Aborted {
        return Waiting.until(this, failure, () -> pageSize == 0 ? null : pageSize);
    }

    /** Takes a channel that has introduced itself; the thread that runs it is the caller's. */
    public synchronized RelayChannel add(ReceiveChannels.Incoming taken) {
        RelayChannel channel = new RelayChannel(taken.init(), taken.connection(), this);
        channels.add(channel);
        return channel;
    }

    /**
     * The source has ended main and all channels: none of these may have ended early.
     *
     * @param marks how many main had
     */
    public void check(int marks) throws WireException {
        for (RelayChannel channel : list()) {
            if (channel.syncs() < marks) {
                throw endedEarly(channel, marks);
            }
            if (channel.hasPagesBehindSync()) {
                throw new WireException("channel " + channel.id()
                        + ": received pages after its last SYNC, expected the end of the stream");
            }
        }
    }

    /** All of them. Any thread. */
    public synchronized List<RelayChannel> list() {
        return List.copyOf(channels);
    }

    /** The incoming method's name, or null until it is known. Any thread. */
    public String incomingMethod() {
        return incoming.chosen();
    }

    Failure failure() {
        return failure;
    }

    ReceiveMethod incoming() {
        return incoming;
    }

    /** The outgoing method's name, or null until it is known. Any thread. */
    public String outgoing() {
        return outgoing;
    }

    int outgoingFlags() {
        return outgoingFlags;
    }

    Seats seats() {
        return seats;
    }

    RateLimiter rateLimiter() {
        return rateLimiter;
    }
}
