package org.multifd.core.internal.migration;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.ReceiveChannels;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Threads;
import org.multifd.core.internal.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one migration: main and the channels by id, in the order in which an {@link Acceptor} offers them.
 * {@link #await} waits until main may be read. {@link #settle} is called when main has come to its list of RAM blocks,
 * which a source sends when all its channels have connected (wire-format 1). {@link Membership} decides what belongs
 * together.
 */
public final class Gathering {

    private static final Logger LOG = LoggerFactory.getLogger(Gathering.class);

    /** The longest wait for channels that are on their way when the list comes. */
    private static final int SETTLE_MILLIS = 5000;

    /** The time without a new channel that ends the wait when one has come behind the list. */
    static final int CALM_MILLIS = 1000;

    private static final int TICK_MILLIS = 100;

    /** The connections that must be there before main may be read. */
    public enum Enough {
        /** One migration, all channels of a number that was given. */
        ALL,
        /** One migration, a channel or main's list. */
        LIST,
        /** One after another, nothing but main. Channels without main are closed after the timeout. */
        MAIN,
        /** As MAIN, and one channel, which shows whose main it is. */
        MAIN_AND_UUID;

        private boolean one() {
            return this == ALL || this == LIST;
        }
    }

    /**
     * The connections that are expected.
     *
     * @param channels the number of channels, 0 if unknown
     * @param uuid the only VM that is accepted, null for any
     */
    public record Terms(Enough enough, int channels, UUID uuid, int timeoutMillis) {
    }

    private final Terms terms;
    private final Failure failure;
    private final Runnable changed;
    private final Membership members;
    /** When a channel came after the list; 0 until then. */
    private long lateNanos;
    private String rejection = "";
    private boolean closed;

    /** @param changed is run without a lock when a connection has come or gone */
    public Gathering(Terms terms, Failure failure, Runnable changed) {
        this.terms = terms;
        this.failure = failure;
        this.changed = changed;
        this.members = new Membership(terms);
        failure.onFailure(this::wake);
    }

    /** Wakes all that wait for a change. */
    void wake() {
        synchronized (this) {
            notifyAll();
        }
        changed.run();
    }

    /**
     * Takes a connection.
     *
     * @return what is to be run when more of it comes, or null if the migration has ended
     * @throws IOException with the reason, if it does not belong to the migration
     */
    Runnable offer(Caller caller, Acceptor by) throws IOException {
        WireException fatal;
        synchronized (this) {
            failure.check();
            if (closed) {
                return null;
            }
            fatal = members.offer(caller, by);
            if (fatal == null && members.isLate(caller)) {
                lateNanos = System.nanoTime();
            }
        }
        if (fatal != null) {
            failure.fail(fatal);
            return null;
        }
        return this::wake;
    }

    /** Drops channels that have ended, and in a relay those that have waited for a main channel for the timeout. */
    void expire() {
        synchronized (this) {
            members.dropEnded();
            if (!terms.enough().one()) {
                members.dropOlderThan(terms.timeoutMillis());
            }
        }
        changed.run();
    }

    /**
     * Waits without limit for the first connection of a migration, then for the others as long as the timeout says,
     * until main may be read.
     */
    public void await() throws IOException {
        synchronized (this) {
            while (!isEnough()) {
                failure.check();
                checkTime();
                Threads.await(this, TICK_MILLIS, "interrupted while waiting for a migration");
            }
            failure.check();
            members.begun = true;
        }
    }

    private boolean isEnough() {
        members.dropEnded();
        return members.main != null && switch (terms.enough()) {
            case ALL -> members.count() == terms.channels() && members.isDecided();
            case LIST -> members.count() > 0 || members.mainMayHaveList();
            case MAIN -> true;
            case MAIN_AND_UUID -> members.count() > 0;
        };
    }

    private void checkTime() throws IOException {
        Caller main = members.main;
        long since = terms.enough().one() ? members.firstNanos() : main == null ? 0 : main.since;
        if (since == 0 || millis(System.nanoTime() - since) < terms.timeoutMillis()) {
            return;
        }
        if (members.dropMain()) {
            return;
        }
        if (!terms.enough().one()) {
            throw new IOException("received a main channel and no multifd channel of uuid " + terms.uuid() + " within "
                    + terms.timeoutMillis() + " ms, expected both");
        }
        checkUuid();
        throw new IOException("received " + (main == null ? "no main channel" : "the main channel") + " and "
                + members.count() + " multifd channels within " + terms.timeoutMillis()
                + " ms, expected the main channel and " + (terms.channels() == 0 ? "1.." + Membership.MOST_CHANNELS
                : terms.channels()) + "; set the capability multifd and the same multifd-channels on both sides"
                + rejection);
    }

    /** Fails with the uuid if that is why no channel was accepted. */
    private void checkUuid() throws WireException {
        if (members.channels.isEmpty() && members.otherUuid != null) {
            throw new WireException("received a VM of uuid " + members.otherUuid + ", expected " + terms.uuid()
                    + " (uuid) on every multifd channel, and none has it; start the source with it, or give this "
                    + "side the source's");
        }
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    /** Takes the uuid of main's configuration, null if it has none. */
    public synchronized void configured(UUID uuid) throws WireException {
        if (uuid != null) {
            members.configured(uuid);
        }
    }

    /**
     * Waits for channels that are on their way when main has come to its list of RAM blocks: connections that have not
     * said what they are, a channel whose id is missing below the others, the first bytes of one that came before main,
     * or all channels if none has come. One that comes late prolongs the wait, because others may follow.
     *
     * @return the number of channels; 0 only in a relay
     */
    public int settle() throws IOException {
        int half = terms.timeoutMillis() / 2;
        int patience = Math.min(SETTLE_MILLIS, half);
        members.acceptor.awaitTaken(patience);
        synchronized (this) {
            if (members.settled) {
                return members.count();
            }
            members.listed = members.acceptor.accepted();
            long start = System.nanoTime();
            for (long waited = 0; waited < half && isMissing(waited, patience); waited = millis(System.nanoTime()
                    - start)) {
                failure.check();
                Threads.await(this, TICK_MILLIS, "interrupted while waiting for the channels");
            }
            failure.check();
            members.settle();
            checkAll();
        }
        changed.run();
        return members.count();
    }

    private boolean isMissing(long waited, int patience) {
        boolean calm = lateNanos == 0 || millis(System.nanoTime() - lateNanos) >= Math.min(CALM_MILLIS, patience / 2);
        if (terms.channels() > 0) {
            return members.count() < terms.channels() && (waited < patience || !calm)
                    // an id too many may be on its way
                    || members.acceptor.expects(members.listed, Math.min(CALM_MILLIS, patience));
        }
        return !calm || waited < patience && (members.channels.isEmpty() || members.firstMissing() < members.count()
                || members.hasLeft()
                || members.acceptor.expects(members.listed, patience));
    }

    private void checkAll() throws IOException {
        if (members.channels.isEmpty() && terms.enough().one()) {
            checkUuid();
            throw new WireException("received a list of RAM blocks on the main channel and no multifd channel, "
                    + "expected 1.." + Membership.MOST_CHANNELS + "; "
                    + (rejection.isEmpty() ? "" : "see why a connection was refused, or ")
                    + "set the capability multifd at the source, and background-snapshot, which excludes it, off"
                    + rejection);
        }
        if (members.firstMissing() < Math.max(members.count(), terms.channels())) {
            throw new IOException("received " + members.count() + " multifd channels, but none with id "
                    + members.firstMissing() + " before the list of RAM blocks, expected ids without a gap"
                    + rejection);
        }
        LOG.debug("{} channels", members.count());
    }

    /** Returns the main channel, or null until {@link #await} has returned. */
    public synchronized Connection main() {
        return members.begun ? members.main.connection : null;
    }

    /** Returns when the first connection came, or 0. */
    public synchronized long firstNanos() {
        return members.firstNanos();
    }

    /** Returns the multifd channels. Their number is known after {@link #settle}. */
    public synchronized List<ReceiveChannels.Incoming> channels() {
        return members.channels.stream().map(Gathering::incoming).toList();
    }

    private static ReceiveChannels.Incoming incoming(Caller channel) {
        return new ReceiveChannels.Incoming(channel.init, channel.connection);
    }

    /** Returns each channel once, as soon as it can be used, and null if there is none now. */
    public synchronized ReceiveChannels.Incoming poll() {
        Caller channel = members.poll();
        return channel == null ? null : incoming(channel);
    }

    /** Returns whether a channel has shown that the source is a multifd peer. */
    public synchronized boolean isFromPeer() {
        return members.channels.stream().anyMatch(channel -> channel.init.method() != null);
    }

    synchronized void refused(Connection connection, String why) {
        rejection = " (a connection from " + connection.peer() + " was refused: " + why + ")";
        notifyAll();
    }

    /** Returns what a message adds when something is missing: the last refused connection, or what has connected. */
    public synchronized String remark() {
        return members.begun && members.listed == 0 && terms.enough() == Enough.LIST ? " (main and " + members.count()
                + " multifd channels have connected; main has not sent its list of RAM blocks)" + rejection : rejection;
    }

    /**
     * Ends the wait from another thread and closes what was gathered. Main stays open once it may be read: its source
     * may be told why.
     */
    public void abandon() {
        synchronized (this) {
            closed = true;
            if (!members.begun && members.main != null) {
                members.main.connection.close();
            }
            members.channels.forEach(channel -> channel.connection.close());
        }
        wake();
    }

    /** Closes all connections. */
    public void close() {
        abandon();
        synchronized (this) {
            if (members.main != null) {
                members.main.connection.close();
            }
        }
    }
}
