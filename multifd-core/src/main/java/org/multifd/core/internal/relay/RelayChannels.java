package org.multifd.core.internal.relay;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.RateLimiter;
import org.multifd.core.internal.channel.ReceiveMethod;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.channel.Waiting;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.wire.Flags;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.Limits;
import org.multifd.core.internal.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The channels that a relay passes on in one migration, in the order in which they came. Each is on its own; main is told
 * when all of them have written a SYNC.
 */
public final class RelayChannels {

    private static final Logger LOG = LoggerFactory.getLogger(RelayChannels.class);

    private final Failure failure;
    private final ReceiveMethod incoming;
    private final List<RelayChannel> channels = new ArrayList<>();
    private volatile String outgoing;
    private volatile int outgoingFlags;
    private volatile Seats seats;
    private volatile RateLimiter rateLimiter;
    private int pageSize;
    private boolean begun;
    private boolean settled;
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

    /**
     * Takes a channel that has introduced itself; the thread that runs it is the caller's.
     *
     * @param order when it was accepted, compared with others: what was left behind by an earlier attempt came earlier
     * @param early whether it was accepted before the main channel
     */
    public synchronized RelayChannel add(InitPacket init, Connection connection, long order, boolean early) throws WireException {
        int id = init.channel();
        if (id >= Limits.CHANNELS) {
            throw new WireException("received channel id " + id + ", expected 0.." + (Limits.CHANNELS - 1));
        }
        for (RelayChannel other : channels) {
            if (other.id() == id && (other.outgoing() != null || other.order() > order)) {
                throw new WireException("received channel id " + id + " a second time, expected once");
            }
        }
        for (RelayChannel other : channels) {
            if (!mayWithdraw(other) && !other.uuid().equals(init.uuid())) {
                throw new WireException("received uuid " + init.uuid() + " on channel " + id + ", expected " + other.uuid()
                        + " as on the other channels");
            }
        }
        replace(id, init.uuid());
        RelayChannel channel = new RelayChannel(init, connection, this, order, early);
        channels.add(channel);
        return channel;
    }

    /** A source that starts anew may have left a channel behind that nothing has come of yet. */
    private void replace(int id, UUID uuid) {
        for (RelayChannel other : list()) {
            if (other.id() == id || !other.uuid().equals(uuid)) {
                channels.remove(other);
                LOG.warn("connection from {}, channel {} of uuid {}, closed: {}", other.incoming().peer(), other.id(), other.uuid(),
                        "channel " + id + " of uuid " + uuid + " has come since, of a source that starts anew");
                other.replaced();
            }
        }
    }

    /** The migration has begun: channels that come from now on are of it. */
    public synchronized void begin() {
        begun = true;
    }

    /** The source's channels have all come: what is there is of this migration, and nothing can be withdrawn any more. */
    public synchronized void settle() {
        settled = true;
    }

    /** Whether it is certain by now that the channel is not one that an earlier attempt left behind. */
    public synchronized boolean mayConnect(RelayChannel channel) {
        return settled || !channel.early();
    }

    synchronized boolean mayWithdraw(RelayChannel channel) {
        return !begun || !mayConnect(channel);
    }

    /** Forgets a channel that ended before the migration began, or was replaced; false if it is part of the migration. */
    synchronized boolean withdraw(RelayChannel channel) {
        return !channels.contains(channel) || mayWithdraw(channel) && channels.remove(channel);
    }

    /** Closes those that came longer ago than that; they withdraw. */
    public void closeOlderThan(int millis) {
        long now = System.nanoTime();
        for (RelayChannel channel : list()) {
            if (TimeUnit.NANOSECONDS.toMillis(now - channel.since()) >= millis) {
                channel.incoming().close();
            }
        }
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
                throw new WireException("channel " + channel.id() + ": received pages after its last SYNC, expected the end of"
                        + " the stream");
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
