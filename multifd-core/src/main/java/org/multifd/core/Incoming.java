package org.multifd.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.multifd.core.channel.Failure;
import org.multifd.core.channel.ReceiveChannels;
import org.multifd.core.channel.Threads;
import org.multifd.core.method.NegotiationHeader;
import org.multifd.core.stream.MainStreamReader;
import org.multifd.core.transport.Connection;
import org.multifd.core.transport.Listener;
import org.multifd.core.wire.InitPacket;
import org.multifd.core.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the connections of one incoming migration, in whatever order they come, and answers negotiations before it. A
 * connection that is not part of the migration is closed and reported and disturbs no other. A channel too many is part of
 * it: the source would send pages there, and may not notice that nobody reads them, so it ends the migration. Therefore
 * connections are taken until the end.
 */
final class Incoming implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Incoming.class);

    /** How many connections beyond the migration's own may be silent at once; further ones are closed. */
    private static final int STRANGERS = 16;

    private static final int TICK_MILLIS = 100;

    private final Listener listener;
    private final MethodRegistry registry;
    private final MigrationParameters parameters;
    private final Failure failure;
    private final Progress progress;
    private final Connection[] channels;
    private final InitPacket[] inits;
    private final Map<Connection, Long> pending = new IdentityHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private Connection main;
    private int connected;
    private long firstNanos;
    private String rejection = "";
    private boolean closed;

    Incoming(Listener listener, MethodRegistry registry, MigrationParameters parameters, Failure failure, Progress progress) {
        this.listener = listener;
        this.registry = registry;
        this.parameters = parameters;
        this.failure = failure;
        this.progress = progress;
        this.channels = new Connection[parameters.multifdChannels()];
        this.inits = new InitPacket[channels.length];
    }

    /** Waits without limit for the first connection of a migration, then for the others as long as the timeout says. */
    void await() throws IOException {
        start(this::accept, "multifd-accept");
        synchronized (this) {
            while (main == null || connected < channels.length) {
                failure.check();
                long now = System.nanoTime();
                pending.forEach((connection, since) -> {
                    if (millis(now - since) >= parameters.timeout()) {
                        connection.close();
                    }
                });
                if (firstNanos != 0 && millis(now - firstNanos) >= parameters.timeout()) {
                    throw new IOException("received " + (main == null ? "no main channel" : "the main channel") + " and " + connected
                            + " multifd channels within " + parameters.timeout() + " ms, expected the main channel and "
                            + channels.length + "; set the capability multifd and the same multifd-channels on both sides" + rejection);
                }
                try {
                    wait(TICK_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    failure.fail(Errors.cancelled());
                }
            }
        }
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    Connection main() {
        return main;
    }

    /** The multifd channels, by id. */
    List<ReceiveChannels.Incoming> channels() {
        List<ReceiveChannels.Incoming> list = new ArrayList<>();
        for (int i = 0; i < channels.length; i++) {
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
                    connection.close();
                    continue;
                }
                pending.put(connection, System.nanoTime());
            }
            start(() -> hello(connection), "multifd-hello");
        }
    }

    /** Finds out what a connection is. */
    private void hello(Connection connection) {
        boolean kept = false;
        try {
            ByteBuffer bytes = ByteBuffer.allocate(InitPacket.SIZE).limit(4);
            if (connection.read(bytes) < 0) {
                LOG.debug("{} closed without a word", connection.peer());
                return;
            }
            connection.readFully(bytes, "a connection's magic");
            int magic = bytes.getInt(0);
            if (magic == MainStreamReader.MAGIC) {
                kept = offerMain(connection);
            } else if (magic == InitPacket.MAGIC) {
                connection.readFully(bytes.limit(InitPacket.SIZE), "an init packet");
                kept = offerChannel(InitPacket.decode(bytes.flip()), connection);
            } else if (magic == NegotiationHeader.MAGIC) {
                MethodChoice.answer(connection, registry, parameters);
            } else {
                throw new WireException(String.format("received magic 0x%08x, expected 0x%08x (main channel) or 0x%08x (multifd"
                        + " channel); is the peer a migration source?", magic, MainStreamReader.MAGIC, InitPacket.MAGIC));
            }
        } catch (ClosedChannelException e) { // by await; a close at the end of all is not reported
            reject(connection, "silent for " + parameters.timeout() + " ms before it said what it is");
        } catch (IOException e) {
            reject(connection, e.getMessage());
        } finally {
            synchronized (this) {
                pending.remove(connection);
                if (!kept) {
                    connection.close();
                }
                notifyAll();
            }
        }
    }

    private synchronized boolean offerMain(Connection connection) throws WireException {
        if (main != null) {
            throw new WireException("received a second main channel, expected one");
        }
        main = connection;
        progress.mainBytes = () -> connection.bytesRead() + connection.bytesWritten();
        return keep(connection);
    }

    private synchronized boolean offerChannel(InitPacket init, Connection connection) throws WireException {
        UUID expected = parameters.uuid();
        if (expected != null && !expected.equals(init.uuid())) {
            throw new WireException("channel " + init.channel() + ": received uuid " + init.uuid() + ", expected " + expected);
        }
        int id = init.channel();
        if (id >= channels.length) {
            failure.fail(new WireException("received channel id " + id + ", expected 0.." + (channels.length - 1)
                    + "; set the same multifd-channels on both sides"));
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

    /** Why a connection was refused, for the message of what failed without it; "" if none was. */
    synchronized String rejection() {
        return rejection;
    }

    /** Ends the wait from another thread; connections that were gathered are closed. */
    synchronized void abort() {
        closed = true;
        listener.close();
        pending.keySet().forEach(Connection::close);
        if (main != null && connected < channels.length) {
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
