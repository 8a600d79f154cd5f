package org.multifd.core.internal.relay;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.Relay;
import org.multifd.core.RelayStats;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.RateLimiter;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.migration.MethodChoice;
import org.multifd.core.internal.migration.Watchdog;
import org.multifd.core.internal.provider.MethodException;
import org.multifd.core.internal.provider.Providers;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Connector;
import org.multifd.core.internal.transport.Threads;
import org.multifd.core.internal.transport.TlsException;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One migration that passes through a {@link Relay}: gathers the source's connections and connects as many to the
 * destination, main first.
 *
 * <p>It begins when a connection has shown that it is main. Channels that come before wait: a source does not need the
 * destination to connect all of its own, and main speaks once they are connected (wire-format 1).
 */
public final class RelayedMigration implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RelayedMigration.class);
    private final Providers providers;
    private final MigrationParameters parameters;
    private final UUID uuid;
    private final Connector destination;
    private final Failure failure = new Failure();
    private final RelayChannels channels = new RelayChannels(failure);
    private final List<RelayChannel> unconnected = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private boolean connecting;
    private long mainOrder;
    private volatile Seats seats;
    private Watchdog watchdog;
    private volatile RelayMain main;
    private volatile MigrationStats.State state = MigrationStats.State.SETUP;
    private volatile long startNanos;
    private volatile long endNanos;

    /** @param uuid the only VM that is let in, null for any */
    public RelayedMigration(Providers providers, UUID uuid, MigrationParameters parameters, Connector destination) {
        this.providers = providers;
        this.parameters = parameters;
        this.uuid = uuid;
        this.destination = destination;
        failure.onFailure(this::failed);
    }

    private void failed() {
        synchronized (this) {
            notifyAll();
        }
        channels.list().forEach(channel -> channel.incoming().close());
    }

    /** Takes the main channel, accepted in this order; the calling thread then runs {@link RelayMain#forward}. */
    synchronized RelayMain offerMain(Connection connection, long order) throws IOException {
        failure.check();
        if (main != null) {
            throw new WireException("received a second main channel, expected one migration after the other");
        }
        checkIdentity(connection);
        startNanos = System.nanoTime();
        mainOrder = order;
        main = new RelayMain(connection, Thread.currentThread(), failure, channels, this::changed);
        threads.add(Thread.currentThread());
        notifyAll();
        return main;
    }

    /** Takes a channel; the calling thread then runs it. */
    synchronized RelayChannel offerChannel(InitPacket init, Connection connection, long order) throws IOException {
        failure.check();
        if (uuid != null && !uuid.equals(init.uuid())) {
            throw new WireException("channel " + init.channel() + ": received uuid " + init.uuid() + ", expected " + uuid);
        }
        checkIdentity(connection);
        RelayChannel channel = channels.add(init, connection, order, main == null || order < mainOrder);
        unconnected.retainAll(channels.list());
        unconnected.add(channel);
        threads.add(Thread.currentThread());
        notifyAll();
        return channel;
    }

    /** All of a migration's connections are one peer's. */
    private void checkIdentity(Connection connection) throws TlsException {
        Connection first = main != null ? main.incoming() : channels.list().isEmpty() ? null : channels.list().get(0).incoming();
        if (first != null && !Objects.equals(first.identity(), connection.identity())) {
            throw new TlsException("received a certificate of " + connection.identity() + ", expected one of "
                    + first.identity() + " as on the first connection of this migration");
        }
    }

    /** Channels that wait longer than that for a main channel are of no migration. */
    void expire(int millis) {
        if (main == null) {
            channels.closeOlderThan(millis);
        }
    }

    /** A thread that an offer gave work has ended it. */
    synchronized void changed() {
        threads.removeIf(thread -> !thread.isAlive());
        unconnected.retainAll(channels.list());
        notifyAll();
    }

    /** Waits without limit for the migration, then relays it on the calling thread and the connections' own. */
    public void run() throws Exception {
        awaitMain();
        providers.rescan();
        Providers methods = providers.now();
        seats = new Seats(methods, parameters.methodParameters(), parameters.timeout(), failure);
        watchdog = new Watchdog(parameters.timeout(), this::bytesMoved, failure, this::closeConnections, this::hint);
        prepareMethod(methods);
        Connection to = destination.connect(failure::onFailure);
        main.connected(to);
        state = MigrationStats.State.ACTIVE;
        LOG.debug("main channel to {}, outgoing method {}", to.peer(), stats().outgoingMethod());
        relayChannels();
        channels.check(main.marks());
    }

    private void relayChannels() throws IOException, MigrationException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    RelayChannel next = nextChannel();
                    if (next == null) {
                        return;
                    }
                    next.connect(() -> destination.connect(failure::onFailure));
                    LOG.debug("channel {} from {} to {}", next.id(), next.incoming().peer(), next.outgoing().peer());
                    connected();
                } catch (InterruptedException e) {
                    interrupted = true;
                    main.state.cancel(Errors.interrupted(e));
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A destination that waits for more channels reads nothing and says nothing. */
    private String hint() {
        return main.bytesBack() > 0 ? "" : "; the destination has said nothing yet and may be waiting for more than the "
                + channels.list().size() + " channels that the source has opened: set the same multifd-channels on both";
    }

    private synchronized void awaitMain() throws IOException, InterruptedException {
        while (main == null) {
            failure.check();
            wait();
        }
        if (uuid != null) {
            awaitUuid();
        }
        channels.begin();
        unconnected.retainAll(channels.list());
    }

    /** Main does not say whose it is. Nobody is to reach the destination with main alone. */
    private void awaitUuid() throws IOException, InterruptedException {
        long limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(parameters.timeout());
        for (long left; channels.list().isEmpty();) {
            failure.check();
            if ((left = limit - System.nanoTime()) <= 0) {
                throw new IOException("received a main channel and no multifd channel of uuid " + uuid + " within "
                        + parameters.timeout() + " ms, expected both");
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    private void prepareMethod(Providers methods) throws IOException, MethodException {
        List<String> names = parameters.multifdCompression();
        // The one who is asked for the method is told the page size, which main tells first.
        int pageSize = names.size() > 1 ? channels.awaitPageSize() : 0;
        String name = MethodChoice.forSource(methods, parameters, destination, pageSize, failure);
        seats.check(name);
        channels.outgoing(name, seats, new RateLimiter(parameters.maxBandwidth(), failure));
    }

    /** The next channel to connect; null once main and all channels have ended. */
    private synchronized RelayChannel nextChannel() throws IOException, MigrationException, InterruptedException {
        RelayChannel next;
        while ((next = firstToConnect()) == null) {
            failure.check();
            if (main.state.ended() && channels.list().stream().allMatch(RelayChannel::ended)) {
                return null;
            }
            long left = main.state.leftOf(TimeUnit.MILLISECONDS.toNanos(parameters.timeout()));
            if (left == 0) {
                wait();
            } else {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        }
        failure.check();
        connecting = true;
        unconnected.remove(next);
        return next;
    }

    /** What came before main may have been left behind by an earlier attempt: the same id may come again until all have come. */
    private RelayChannel firstToConnect() {
        return unconnected.stream().filter(channels::mayConnect).findFirst().orElse(null);
    }

    private synchronized void connected() {
        connecting = false;
        notifyAll();
    }

    /** Waits until every channel that was offered has its connection to the destination; how many there are. */
    synchronized int awaitConnected() throws IOException {
        channels.settle();
        notifyAll();
        while (connecting || !unconnected.isEmpty()) {
            failure.check();
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while channels were connected");
            }
        }
        return channels.list().size();
    }

    public void fail(Throwable error) {
        failure.fail(error);
    }

    /** Ends it, unless the destination has confirmed it; while its word is due, that is waited for at most {@code timeout}. */
    public void cancel(MigrationException why) {
        RelayMain begun = main;
        if (begun == null) {
            failure.fail(why);
        } else {
            begun.state.cancel(why);
        }
    }

    /**
     * The first error; what the destination itself says of its end is a better one than that its connections broke. Null
     * once the destination has confirmed the migration.
     */
    public Throwable failure() {
        Throwable first = failure.first();
        RelayMain begun = main;
        if (begun == null) {
            return first;
        }
        return begun.state.confirmed() ? null : begun.reason(first);
    }

    private long bytesMoved() {
        RelayMain copied = main;
        long sum = copied.incoming().bytesRead() + copied.bytesForward() + copied.bytesBack() + seats.activity();
        for (RelayChannel channel : channels.list()) {
            Connection to = channel.outgoing();
            sum += channel.incoming().bytesRead() + (to == null ? 0 : to.bytesWritten());
        }
        return sum;
    }

    public RelayStats stats() {
        RelayMain copied = main;
        long end = endNanos;
        long elapsed = startNanos == 0 ? 0 : (end == 0 ? System.nanoTime() : end) - startNanos;
        List<RelayStats.Channel> list = channels.list().stream().map(RelayedMigration::stats).toList();
        String in = channels.incomingMethod() == null ? "" : channels.incomingMethod();
        String out = channels.outgoing() == null ? "" : channels.outgoing();
        return copied == null ? new RelayStats(state, in, out, 0, 0, 0, 0, 0, 0, list, false, elapsed)
                : new RelayStats(state, in, out, copied.ramBytes(), copied.pageSize(), copied.marks(), copied.bytesForward(),
                        copied.bytesBack(), copied.zeroPages(), list, copied.state.confirmed(), elapsed);
    }

    private static RelayStats.Channel stats(RelayChannel channel) {
        Connection to = channel.outgoing();
        return new RelayStats.Channel(channel.id(), channel.incoming().bytesRead(), to == null ? 0 : to.bytesWritten(),
                channel.out().packets(), channel.out().normalPages(), channel.out().zeroPages(), channel.in().payloadBytes(),
                channel.out().payloadBytes(), channel.in().codecNanos(), channel.out().codecNanos());
    }

    private void closeConnections() {
        main.closeConnections();
        for (RelayChannel channel : channels.list()) {
            channel.incoming().close();
        }
    }

    /** Ends what is left of it: after a failure, once what the destination says of it has reached the source, or a moment later. */
    @Override
    public void close() {
        List<Thread> running;
        synchronized (this) {
            running = List.copyOf(threads);
        }
        if (main != null && watchdog != null) {
            main.join();
        }
        if (main != null) {
            main.closeConnections();
        }
        channels.list().forEach(channel -> channel.incoming().close());
        running.forEach(Threads::join);
        channels.list().forEach(RelayChannel::close);
        if (seats != null) {
            seats.close();
        }
        if (watchdog != null) {
            watchdog.close();
        }
        endNanos = System.nanoTime();
        Throwable first = failure.first();
        if (first != null && failure() == null) {
            LOG.warn("after the destination had loaded the guest: {}", Errors.text(first));
        }
        state = failure() == null ? MigrationStats.State.COMPLETED : MigrationStats.State.FAILED;
    }
}
