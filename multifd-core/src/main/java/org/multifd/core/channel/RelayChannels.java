package org.multifd.core.channel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.multifd.core.transport.Connection;
import org.multifd.core.wire.Flags;
import org.multifd.core.wire.InitPacket;
import org.multifd.core.wire.WireException;

/**
 * The channels that a relay passes on in one migration, in the order in which they came. Each is on its own: what keeps
 * rounds apart is left in place and is the destination's matter.
 */
public final class RelayChannels {

    private static final int MOST = 255;

    private final Failure failure;
    private final ReceiveMethod incoming;
    private final List<RelayChannel> channels = new ArrayList<>();
    private volatile String outgoing;
    private volatile int outgoingFlags;
    private volatile SendChannels.SenderSetup senderSetup;
    private volatile RateLimiter rateLimiter;
    private int pageSize;
    private boolean begun;

    /** @param incoming makes the decompressors; the methods are found out */
    public RelayChannels(ReceiveChannels.ReceiverSetup incoming, Failure failure) {
        this.failure = failure;
        this.incoming = new ReceiveMethod(List.of(), incoming);
        failure.onFailure(this::wake);
    }

    private synchronized void wake() {
        notifyAll();
    }

    /** Says how the channels leave, before the first of them is connected. */
    public void outgoing(String method, SendChannels.SenderSetup setup, RateLimiter limiter) {
        outgoing = method;
        outgoingFlags = Flags.ofMethod(method);
        senderSetup = setup;
        rateLimiter = limiter;
    }

    /** Lets go of the outgoing method, which a closed channel does not need; its name stays. */
    public void forgetMethods() {
        senderSetup = null;
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
    public synchronized RelayChannel add(InitPacket init, Connection connection) throws WireException {
        int id = init.channel();
        if (id >= MOST) {
            throw new WireException("received channel id " + id + ", expected 0.." + (MOST - 1));
        }
        for (RelayChannel other : channels) {
            if (other.id() == id && other.outgoing() != null) {
                throw new WireException("received channel id " + id + " a second time, expected once");
            }
        }
        replace(id);
        if (!channels.isEmpty() && !channels.get(0).uuid().equals(init.uuid())) {
            throw new WireException("received uuid " + init.uuid() + " on channel " + id + ", expected " + channels.get(0).uuid()
                    + " as on the other channels");
        }
        RelayChannel channel = new RelayChannel(init, connection, this);
        channels.add(channel);
        return channel;
    }

    /** A source that starts anew may have left a channel behind that nothing has come of yet. */
    private void replace(int id) {
        for (RelayChannel other : list()) {
            if (other.id() == id) {
                channels.remove(other);
                other.replaced();
            }
        }
    }

    /** Nothing can be withdrawn any more: the migration has begun. */
    public synchronized void begin() {
        begun = true;
    }

    synchronized boolean begun() {
        return begun;
    }

    /** Forgets a channel that ended before the migration began, or was replaced; false if it is part of the migration. */
    synchronized boolean withdraw(RelayChannel channel) {
        return !channels.contains(channel) || !begun && channels.remove(channel);
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

    SendChannels.SenderSetup senderSetup() {
        return senderSetup;
    }

    RateLimiter rateLimiter() {
        return rateLimiter;
    }
}
