package org.multifd.core.internal.relay;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
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
import org.multifd.core.internal.relay.RelayState.Event;
import org.multifd.core.internal.relay.RelayState.Meaning;
import org.multifd.core.internal.stream.ReturnPathReader;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Connector;
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

    /** What is said of a destination that ended without a reason. */
    static final String SEE_IT = "; see the destination's own message";

    private final Providers providers;
    private final MigrationParameters parameters;
    private final Connector destination;
    private final Failure failure = new Failure();
    private final RelayChannels channels = new RelayChannels(failure);
    private final Gathering gathering;
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
                : Gathering.Enough.MAIN_AND_UUID, 0, uuid, parameters.timeout()), failure, channels::changed);
        failure.onFailure(gathering::abandon);
    }

    /** Takes the connections that belong to it. */
    public Gathering gathering() {
        return gathering;
    }

    /** Waits without limit for the migration, then relays it on the calling thread and the connections' own. */
    public void run() throws Exception {
        gathering.await();
        startNanos = System.nanoTime();
        main = new RelayMain(gathering, channels);
        main.start();
        providers.rescan();
        Providers methods = providers.now();
        seats = new Seats(methods, parameters.methodParameters(), parameters.timeout(), failure);
        watchdog = new Watchdog(parameters.timeout(), Watchdog.LEAST_BYTES, this::bytesMoved,
                channels::bytesMoved, failure, failure::fail, this::closeConnections, this::hint);
        prepareMethod(methods);
        Connection to = destination.connect(failure::onFailure);
        main.connected(to);
        state = MigrationStats.State.ACTIVE;
        LOG.debug("main channel to {}, outgoing method {}", to.peer(), stats().outgoingMethod());
        relayChannels();
        channels.check(main.forward.marks);
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
                    next.start(destination);
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
        return main.backward.bytes > 0 ? "" : "; the destination has said nothing yet and may be waiting for more than "
                + "the " + channels.list().size()
                + " channels that the source has opened: set the same multifd-channels on both";
    }

    private void prepareMethod(Providers methods) throws IOException, MigrationException {
        List<String> names = parameters.multifdCompression();
        // The one who is asked for the method is told the page size, which main tells first.
        int pageSize = names.size() > 1 ? channels.awaitPageSize() : 0;
        String name = MethodChoice.forSource(methods, parameters, destination, pageSize, failure);
        seats.check(name);
        channels.outgoing(new RelayChannels.Outgoing(name, MethodChoice.isTuned(name, methods, parameters), seats,
                new RateLimiter(parameters.maxBandwidth(), failure)));
    }

    /** The next channel to connect; null once main and all channels have ended. */
    private RelayChannel nextChannel() throws IOException, MigrationException, InterruptedException {
        synchronized (channels) {
            ReceiveChannels.Incoming next;
            while ((next = gathering.poll()) == null) {
                failure.check();
                if (main.state.ended() && channels.ended()) {
                    return null;
                }
                long left = main.state.leftOf(TimeUnit.MILLISECONDS.toNanos(parameters.timeout()));
                if (left == 0) {
                    channels.wait();
                } else {
                    TimeUnit.NANOSECONDS.timedWait(channels, left);
                }
            }
            failure.check();
            return channels.add(next);
        }
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
        if (begun.state.means(Event.ERROR) == Meaning.NORMAL) {
            return null;
        }
        Throwable reason = begun.backward.reason(first);
        return reason == null ? null : withNeeds(reason);
    }

    /** A destination that ends before it has got RAM and does not say why may need other parameters. */
    private Throwable withNeeds(Throwable reason) {
        String message = String.valueOf(reason.getMessage());
        boolean pointed = message.endsWith(SEE_IT) || message.endsWith(ReturnPathReader.NO_REASON);
        boolean unexplained = reason instanceof DestinationGoneException && !message.contains(";") || pointed;
        List<RelayChannel> all = channels.list();
        if (!unexplained || all.isEmpty() || !main.state.isBeforeTail()) {
            return reason;
        }
        return new IOException(message + (pointed ? "" : SEE_IT) + ": it needs multifd-channels " + all.size()
                + ", multifd-compression " + channels.outgoing().method() + " and uuid " + all.get(0).uuid()
                + " (zeros: none)" + (parameters.tlsCreds() == null ? ", without TLS" : ""), reason);
    }

    /**
     * A connection to the destination, with main's magic on it, counts as much as is needed, and so does each byte that
     * the destination says: it may have nothing to do but to show that it is alive.
     */
    private long bytesMoved() {
        RelayMain copied = main;
        long connected = copied.forward.bytes > 0 ? 1 : 0;
        return copied.incoming.bytesRead() + copied.forward.bytes
                + Watchdog.LEAST_BYTES * (connected + copied.backward.bytes + seats.activity())
                + LongStream.of(channels.bytesMoved()).sum();
    }

    public RelayStats stats() {
        RelayMain copied = main;
        long end = endNanos;
        long elapsed = startNanos == 0 ? 0 : (end == 0 ? System.nanoTime() : end) - startNanos;
        List<RelayStats.Channel> list = channels.list().stream().map(RelayChannel::stats).toList();
        String in = Objects.requireNonNullElse(channels.incoming.chosen(), "");
        String out = channels.outgoing() == null ? "" : channels.outgoing().method();
        if (copied == null) {
            return new RelayStats(state, in, out, 0, 0, 0, 0, 0, 0, list, false, elapsed);
        }
        MainForward forward = copied.forward;
        return new RelayStats(state, in, out, forward.ramBytes, forward.pageSize, forward.marks, forward.bytes,
                copied.backward.bytes, forward.zeroPages, list, copied.state.confirmed(), elapsed);
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
        if (main != null) {
            if (watchdog != null) {
                main.join(); // it closes the connections if need be
            }
            main.closeConnections();
            main.join();
        }
        gathering.close();
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
