package org.multifd.core.internal.relay;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
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
import org.multifd.core.internal.channel.ReceiveChannels;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.migration.Gathering;
import org.multifd.core.internal.migration.MethodChoice;
import org.multifd.core.internal.migration.Watchdog;
import org.multifd.core.internal.provider.Providers;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Connector;
import org.multifd.core.internal.transport.Threads;
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
    private final Connector destination;
    private final Failure failure = new Failure();
    private final RelayChannels channels = new RelayChannels(failure);
    private final List<Thread> threads = new ArrayList<>();
    private final Gathering gathering;
    private boolean connecting;
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
        this.destination = destination;
        this.gathering = new Gathering(new Gathering.Terms(uuid == null ? Gathering.Enough.MAIN
                : Gathering.Enough.MAIN_AND_UUID, 0, uuid, parameters.timeout()), failure, this::changed);
        failure.onFailure(gathering::abandon);
    }

    /** Takes the connections that belong to it. */
    public Gathering gathering() {
        return gathering;
    }

    private synchronized void changed() {
        notifyAll();
    }

    /** Waits without limit for the migration, then relays it on the calling thread and the connections' own. */
    public void run() throws Exception {
        gathering.await();
        startNanos = System.nanoTime();
        Thread forward = thread(() -> main.forward(this::settle), "multifd-relay-main");
        main = new RelayMain(gathering.main(), forward, failure, channels, this::changed);
        start(forward);
        providers.rescan();
        Providers methods = providers.now();
        seats = new Seats(methods, parameters.methodParameters(), parameters.timeout(), failure);
        watchdog = new Watchdog(parameters.timeout(), Watchdog.LEAST_BYTES, this::bytesMoved, failure, failure::fail,
                this::closeConnections, this::hint);
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
                    start(thread(next, "multifd-relay-" + next.id()));
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
        return main.bytesBack() > 0 ? "" : "; the destination has said nothing yet and may be waiting for more than "
                + "the " + channels.list().size()
                + " channels that the source has opened: set the same multifd-channels on both";
    }

    /** One that is given up once a method does not return. */
    private Thread thread(Runnable work, String name) {
        return Threads.worker(() -> {
            work.run();
            changed();
        }, name);
    }

    private synchronized void start(Thread thread) {
        thread.start(); // if that fails there is none to wait for
        threads.add(thread);
    }

    private void prepareMethod(Providers methods) throws IOException, MigrationException {
        List<String> names = parameters.multifdCompression();
        // The one who is asked for the method is told the page size, which main tells first.
        int pageSize = names.size() > 1 ? channels.awaitPageSize() : 0;
        String name = MethodChoice.forSource(methods, parameters, destination, pageSize, failure);
        seats.check(name);
        channels.outgoing(name, seats, new RateLimiter(parameters.maxBandwidth(), failure));
    }

    /** The next channel to connect; null once main and all channels have ended. */
    private synchronized RelayChannel nextChannel() throws IOException, MigrationException, InterruptedException {
        ReceiveChannels.Incoming next;
        while ((next = gathering.poll()) == null) {
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
        return channels.add(next);
    }

    private synchronized void connected() {
        connecting = false;
        notifyAll();
    }

    /** Waits until every channel of the source has its connection to the destination; how many there are. */
    private int settle() throws IOException {
        int count = gathering.settle();
        synchronized (this) {
            while (connecting || channels.list().size() < count) {
                failure.check();
                try {
                    wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("interrupted while channels were connected");
                }
            }
        }
        return count;
    }

    public void fail(Throwable error) {
        failure.fail(error);
    }

    /**
     * Ends it, unless the destination has confirmed it; while its word is due, that is waited for at most
     * {@code timeout}.
     */
    public void cancel(MigrationException why) {
        RelayMain begun = main;
        if (begun == null) {
            failure.fail(why);
        } else {
            begun.state.cancel(why);
        }
    }

    /**
     * The first error; what the destination itself says of its end is a better one than that its connections broke.
     * Null once the destination has confirmed the migration.
     */
    public Throwable failure() {
        Throwable first = failure.first();
        RelayMain begun = main;
        if (begun == null) {
            return first;
        }
        return begun.state.confirmed() ? null : begun.reason(first);
    }

    /**
     * A connection to the destination, with main's magic on it, counts as much as is needed, and so does each byte that
     * the destination says: it may have nothing to do but to show that it is alive.
     */
    private long bytesMoved() {
        RelayMain copied = main;
        long connected = copied.bytesForward() > 0 ? 1 : 0;
        long sum = copied.incoming().bytesRead() + copied.bytesForward()
                + Watchdog.LEAST_BYTES * (connected + copied.bytesBack() + seats.activity());
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
                : new RelayStats(state, in, out, copied.ramBytes(), copied.pageSize(), copied.marks(),
                copied.bytesForward(),
                        copied.bytesBack(), copied.zeroPages(), list, copied.state.confirmed(), elapsed);
    }

    private static RelayStats.Channel stats(RelayChannel channel) {
        Connection to = channel.outgoing();
        return new RelayStats.Channel(channel.id(), channel.incoming().bytesRead(), to == null ? 0 : to.bytesWritten(),
                channel.out().packets(), channel.out().normalPages(), channel.out().zeroPages(),
                channel.in().payloadBytes(), channel.out().payloadBytes(), channel.in().codecNanos(),
                channel.out().codecNanos());
    }

    private void closeConnections() {
        main.closeConnections();
        gathering.close();
    }

    /**
     * Ends what is left of it: after a failure, once what the destination says of it has reached the source, or a
     * moment later.
     */
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
        gathering.close();
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
