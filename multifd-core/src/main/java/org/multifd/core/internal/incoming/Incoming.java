package org.multifd.core.internal.incoming;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.multifd.core.internal.provider.Providers;
import org.multifd.core.MigrationParameters;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.ReceiveChannels;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.migration.Introduction;
import org.multifd.core.internal.migration.MethodChoice;
import org.multifd.core.internal.migration.Progress;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Timer;
import org.multifd.core.internal.transport.Listener;
import org.multifd.core.internal.transport.Threads;
import org.multifd.core.internal.transport.Tls;
import org.multifd.core.internal.transport.TlsException;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the connections of one incoming migration, in whatever order they come, and answers negotiations before it. A
 * connection that is not part of the migration is closed and reported and disturbs no other. A channel too many is part of
 * it: the source would send pages there, and may not notice that nobody reads them, so it ends the migration. Therefore
 * connections are taken until the end.
 */
public final class Incoming implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Incoming.class);

    /** How many connections beyond the migration's own may be silent at once; further ones are closed. */
    public static final int STRANGERS = 16;

    private static final int TICK_MILLIS = 100;

    /** Ids are one byte; QEMU has up to 255 channels. */
    private static final int MOST_CHANNELS = 255;

    /** How long a channel that has connected may take to say what it is, once main's stream shows that all have. */
    private static final int SETTLE_MILLIS = 5000;

    private final Listener listener;
    private final Tls tls;
    private final Providers providers;
    private final MigrationParameters parameters;
    private final Failure failure;
    private final Progress progress;
    /** What was given, or, when nothing was, the number that came; 0 until then. */
    private int expected;
    private final Connection[] channels;
    private final InitPacket[] inits;
    private final Set<Connection> pending = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Thread> threads = new ArrayList<>();
    private Connection main;
    private String identity;
    private int connected;
    private long firstNanos;
    private String rejection = "";
    /** Of the first channel that was refused for it. */
    private UUID otherUuid;
    private boolean gathered;
    private boolean listed;
    /** Whether all channels are there: who comes now is another migration's. */
    private boolean known;
    private boolean closed;

    /** @param tls null for plain connections */
    Incoming(Listener listener, Tls tls, Providers providers, MigrationParameters parameters, Failure failure,
            Progress progress) {
        this.listener = listener;
        this.tls = tls;
        this.providers = providers;
        this.parameters = parameters;
        this.failure = failure;
        this.progress = progress;
        this.expected = parameters.isSet("multifd-channels") ? parameters.multifdChannels() : 0;
        this.channels = new Connection[expected == 0 ? MOST_CHANNELS : expected];
        this.inits = new InitPacket[channels.length];
    }

    /**
     * Waits without limit for the first connection of a migration, then for the others as long as the timeout says. Without
     * a number given main is enough: {@link #settle} waits for the channels.
     */
    void await() throws IOException {
        start(this::accept, "multifd-accept");
        synchronized (this) {
            while (main == null || connected < expected) {
                failure.check();
                long now = System.nanoTime();
                if (firstNanos != 0 && millis(now - firstNanos) >= parameters.timeout()) {
                    checkUuid();
                    throw new IOException("received " + (main == null ? "no main channel" : "the main channel") + " and " + connected
                            + " multifd channels within " + parameters.timeout() + " ms, expected the main channel and "
                            + (expected == 0 ? "1.." + MOST_CHANNELS : expected)
                            + "; set the capability multifd and the same multifd-channels on both sides" + rejection);
                }
                try {
                    wait(TICK_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    failure.fail(Errors.cancelled());
                }
            }
            gathered = true;
        }
    }

    /**
     * Main has come to its list of RAM blocks. A source sends it when all its channels have connected (wire-format 1), so
     * that, if no number was given, it is known now. What has come until now and is a channel too many, or one for the second
     * time, may be the source's and ends the migration: nothing is lost in silence. What comes later is somebody else's, unless one is
     * missing: on its way through a tunnel a channel can come behind main's list.
     */
    void settle() throws IOException {
        listener.awaitTaken();
        synchronized (this) {
            listed = true;
            known = expected > 0;
            if (known) {
                return;
            }
        }
        long limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.min(SETTLE_MILLIS, parameters.timeout() / 2));
        synchronized (this) {
            while ((!pending.isEmpty() || connected == 0 || !complete()) && limit - System.nanoTime() > 0) {
                known = connected > 0 && complete();
                failure.check();
                try {
                    wait(TICK_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("interrupted while waiting for the channels");
                }
            }
            known = true;
            failure.check();
            // If one was a channel all the same, its source notices and ends the migration.
            pending.forEach(Connection::close);
            if (connected == 0) {
                checkUuid();
                throw new WireException("received a list of RAM blocks on the main channel and no multifd channel, expected 1.."
                        + MOST_CHANNELS + "; " + (rejection.isEmpty() ? "" : "see why a connection was refused, or ")
                        + "set the capability multifd at the source" + rejection);
            }
            if (!complete()) {
                throw new IOException("received " + connected + " multifd channels, but none with id " + firstMissing()
                        + " before the list of RAM blocks, expected ids without a gap" + rejection);
            }
            expected = connected;
            LOG.debug("{} channels", expected);
        }
    }

    /** Why no channel was let in. */
    private void checkUuid() throws WireException {
        if (connected == 0 && otherUuid != null) {
            throw new WireException("received a VM of uuid " + otherUuid + ", expected " + parameters.uuid() + " (uuid) on every multifd"
                    + " channel, and none has it; start the source with it, or give this side the source's");
        }
    }

    /** Whether the ids have no gap. */
    private boolean complete() {
        return firstMissing() == connected;
    }

    private int firstMissing() {
        int id = 0;
        while (id < channels.length && channels[id] != null) {
            id++;
        }
        return id;
    }

    /** Whether the source has shown that it is one of ours. */
    synchronized boolean ours() {
        for (InitPacket init : inits) {
            if (init != null && init.method() != null) {
                return true;
            }
        }
        return false;
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    Connection main() {
        return main;
    }

    /** The multifd channels, by id, when their number is known. */
    synchronized List<ReceiveChannels.Incoming> channels() {
        List<ReceiveChannels.Incoming> list = new ArrayList<>();
        for (int i = 0; i < expected; i++) {
            list.add(new ReceiveChannels.Incoming(inits[i], channels[i]));
        }
        return list;
    }

    private synchronized void start(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void accept() {
        while (true) {
            Connection connection;
            boolean late;
            try {
                connection = listener.accept();
            } catch (IOException e) {
                synchronized (this) {
                    if (!closed) {
                        failure.fail(new IOException("cannot accept connections: " + e.getMessage(), e));
                        notifyAll();
                    }
                }
                return;
            }
            synchronized (this) {
                threads.removeIf(thread -> !thread.isAlive());
                if (closed || pending.size() > channels.length + STRANGERS) {
                    reject(connection, "there are " + pending.size() + " already that have not said what they are");
                    connection.close();
                    continue;
                }
                pending.add(connection);
                late = known;
            }
            try {
                start(() -> hello(connection, late), "multifd-hello");
            } catch (Throwable e) { // no memory for a thread, say; nobody else would take connections
                connection.close();
                failure.fail(e);
                return;
            }
        }
    }

    /** Finds out what a connection is, within the timeout; a late one is none of the migration's. */
    private void hello(Connection connection, boolean late) {
        boolean kept = false;
        Timer deadline = Timer.after(parameters.timeout(), connection::close);
        try {
            Introduction said = Introduction.read(connection, tls);
            switch (said.kind()) {
                case MAIN -> kept = offerMain(connection);
                case CHANNEL -> kept = offerChannel(said.init(), connection, late);
                case NEGOTIATION -> MethodChoice.answer(connection, providers, parameters);
                default -> LOG.debug("{} closed without a word", connection.peer());
            }
        } catch (ClosedChannelException e) { // by await or settle; a close at the end of all is not reported
            reject(connection, "silent for too long before it said what it is");
        } catch (IOException e) {
            reject(connection, e.getMessage());
        } finally {
            deadline.close();
            synchronized (this) {
                pending.remove(connection);
                if (!kept) {
                    connection.close();
                }
                notifyAll();
            }
        }
    }

    /** All of a migration's connections are one peer's. */
    private void checkIdentity(Connection connection) throws TlsException {
        if (firstNanos != 0 && !Objects.equals(identity, connection.identity())) {
            throw new TlsException("received a certificate of " + connection.identity() + ", expected one of " + identity
                    + " as on the first connection of this migration");
        }
    }

    private synchronized boolean offerMain(Connection connection) throws IOException {
        checkIdentity(connection);
        if (main != null) {
            throw new WireException("received a second main channel, expected one");
        }
        main = connection;
        progress.mainBytes = () -> connection.bytesRead() + connection.bytesWritten();
        return keep(connection);
    }

    private synchronized boolean offerChannel(InitPacket init, Connection connection, boolean late) throws IOException {
        checkIdentity(connection);
        UUID uuid = parameters.uuid();
        if (uuid != null && !uuid.equals(init.uuid())) {
            otherUuid = otherUuid == null ? init.uuid() : otherUuid;
            throw new WireException("channel " + init.channel() + ": received uuid " + init.uuid() + ", expected " + uuid);
        }
        int id = init.channel();
        if (late) {
            throw new WireException("received channel id " + id + " after the list of RAM blocks, when all channels of this migration"
                    + " had connected");
        }
        int most = expected == 0 ? channels.length : expected;
        if (id >= most) {
            failure.fail(new WireException("received channel id " + id + ", expected 0.." + (most - 1)
                    + (parameters.isSet("multifd-channels") ? "; set the same multifd-channels on both sides"
                            : ", which had connected when the list of RAM blocks came; tell the number, multifd-channels")));
            return false;
        }
        if (channels[id] != null) {
            failure.fail(new WireException("received channel id " + id + " a second time, expected once"));
            return false;
        }
        channels[id] = connection;
        inits[id] = init;
        connected++;
        LOG.debug("channel {} from {}{}", id, connection.peer(), init.method() == null ? "" : ", method " + init.method());
        return keep(connection);
    }

    private boolean keep(Connection connection) {
        if (firstNanos == 0) {
            firstNanos = System.nanoTime();
            identity = connection.identity();
            progress.start();
        }
        return !closed;
    }

    private synchronized void reject(Connection connection, String why) {
        if (!closed) {
            LOG.warn("connection from {} refused: {}", connection.peer(), why);
            rejection = " (a connection from " + connection.peer() + " was refused: " + why + ")";
        }
    }

    /** What a message needs when something is missing: a connection that was refused, or channels that may not have come. */
    synchronized String remark() {
        return gathered && !listed && !parameters.isSet("multifd-channels") ? " (main and " + connected
                + " multifd channels have connected; main has not sent its list of RAM blocks)" + rejection : rejection;
    }

    /** Ends the wait from another thread; connections that were gathered are closed. */
    synchronized void abort() {
        closed = true;
        listener.close();
        pending.forEach(Connection::close);
        if (main != null && !gathered) {
            main.close();
        }
        for (Connection channel : channels) {
            if (channel != null) {
                channel.close();
            }
        }
        notifyAll();
    }

    @Override
    public void close() {
        abort();
        if (main != null) {
            main.close();
        }
        List<Thread> waitFor;
        synchronized (this) {
            waitFor = List.copyOf(threads);
        }
        waitFor.forEach(Threads::join);
    }
}
