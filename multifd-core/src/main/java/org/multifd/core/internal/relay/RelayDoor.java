package org.multifd.core.internal.relay;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.multifd.core.internal.provider.Providers;
import org.multifd.core.MigrationParameters;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.migration.Introduction;
import org.multifd.core.internal.migration.MethodChoice;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Listener;
import org.multifd.core.internal.transport.Threads;
import org.multifd.core.internal.transport.Tls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a relay's connections as long as it listens, also between migrations: what is left of a failed one is not taken
 * for the next. Each connection has a thread, which finds out what it is and then works for it.
 */
public final class RelayDoor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RelayDoor.class);

    /** How many connections may be silent at once; further ones are closed. Main may be one of them. */
    public static final int SILENT = 272;

    private static final int PAUSE_MILLIS = 1000;
    private static final int SETTLE_MILLIS = 1000;

    private final Listener listener;
    private final Tls tls;
    private final Providers providers;
    private final int timeoutMillis;
    private final Supplier<RelayedMigration> migration;
    private final Map<Connection, Long> silent = new IdentityHashMap<>();
    private long accepted;
    private final Set<Thread> threads = new HashSet<>();
    private boolean closed;

    /**
     * @param tls null for plain connections
     * @param migration the one that connections belong to
     */
    public RelayDoor(Listener listener, Tls tls, Providers providers, int timeoutMillis, Supplier<RelayedMigration> migration) {
        this.listener = listener;
        this.tls = tls;
        this.providers = providers;
        this.timeoutMillis = timeoutMillis;
        this.migration = migration;
        start(this::accept, "multifd-accept");
        start(this::watch, "multifd-relay-watchdog");
    }

    public String bound() {
        return listener.bound();
    }

    private synchronized void start(Runnable work, String name) {
        Thread thread = Threads.worker(() -> {
            work.run();
            synchronized (this) {
                threads.remove(Thread.currentThread());
            }
        }, name);
        thread.start(); // if that fails there is none
        threads.add(thread);
    }

    private void accept() {
        while (true) {
            Connection connection;
            try {
                connection = listener.accept();
            } catch (IOException e) {
                if (!pauseAfter(e)) {
                    return;
                }
                continue;
            }
            long order;
            synchronized (this) {
                if (closed || silent.size() >= SILENT) {
                    connection.close();
                    refused(connection, "there are " + silent.size() + " already that have not said what they are");
                    continue;
                }
                order = ++accepted;
                silent.put(connection, System.nanoTime());
            }
            try {
                start(() -> hello(connection, order), "multifd-hello");
            } catch (Throwable e) { // no memory for a thread, say: that may pass
                connection.close();
                spoke(connection);
                if (!pauseAfter(e)) {
                    return;
                }
            }
        }
    }

    /** Too many open files, say: that may pass. False once the door is closed. */
    private synchronized boolean pauseAfter(Throwable e) {
        if (!closed) {
            LOG.warn("cannot accept a connection: {}", Errors.text(e));
            pause();
        }
        return !closed;
    }

    private void pause() {
        try {
            wait(Math.min(timeoutMillis, PAUSE_MILLIS));
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    /** A connection that never says what it is does not stay. */
    private synchronized void watch() {
        while (!closed) {
            long now = System.nanoTime();
            silent.entrySet().removeIf(each -> {
                boolean late = TimeUnit.NANOSECONDS.toMillis(now - each.getValue()) >= timeoutMillis;
                if (late) {
                    each.getKey().close();
                }
                return late;
            });
            migration.get().expire(timeoutMillis);
            pause();
        }
    }

    /** It has said what it is, in time: from here on nobody closes it for its silence. */
    private synchronized void speaks(Connection connection) throws ClosedChannelException {
        if (silent.replace(connection, System.nanoTime()) == null) {
            throw new ClosedChannelException();
        }
    }

    private synchronized void spoke(Connection connection) {
        silent.remove(connection);
        notifyAll();
    }

    /** Every connection that came before has said what it is, and those of the migration have theirs to the destination. */
    private int settle(RelayedMigration current) throws IOException {
        listener.awaitTaken();
        synchronized (this) {
            // A stranger may stay silent: it is not waited for longer than this.
            long limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.min(SETTLE_MILLIS, timeoutMillis / 2));
            for (long left; !silent.isEmpty() && (left = limit - System.nanoTime()) > 0;) {
                try {
                    wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("interrupted while waiting for the channels");
                }
            }
        }
        return current.awaitConnected();
    }

    /**
     * Finds out what a connection is, and serves it to its end.
     *
     * @param order how many had been accepted when it was
     */
    private void hello(Connection connection, long order) {
        RelayedMigration current = null;
        boolean kept = false;
        try {
            Introduction said = Introduction.read(connection, tls);
            switch (said.kind()) {
                case MAIN -> {
                    speaks(connection);
                    spoke(connection);
                    current = migration.get();
                    Thread.currentThread().setName("multifd-relay-main");
                    RelayedMigration joined = current;
                    RelayMain main = current.offerMain(connection, order);
                    kept = true;
                    main.forward(() -> settle(joined));
                }
                case CHANNEL -> {
                    speaks(connection);
                    current = migration.get();
                    Thread.currentThread().setName("multifd-relay-" + said.init().channel());
                    RelayChannel channel = current.offerChannel(said.init(), connection, order);
                    kept = true;
                    spoke(connection);
                    channel.run();
                }
                case NEGOTIATION -> {
                    providers.rescan();
                    MethodChoice.answer(connection, providers, MigrationParameters.defaults());
                }
                default -> LOG.debug("{} closed without a word", connection.peer());
            }
        } catch (Failure.Aborted e) {
            LOG.debug("connection from {} of a migration that has failed: {}", connection.peer(), e.getMessage());
        } catch (IOException e) {
            refused(connection, e instanceof ClosedChannelException ? "received nothing that says what it is within "
                    + timeoutMillis + " ms" : e.getMessage());
        } finally {
            if (!kept) {
                connection.close();
            }
            spoke(connection);
            if (current != null) {
                current.changed();
            }
        }
    }

    private synchronized void refused(Connection connection, String why) {
        if (!closed) {
            LOG.warn("connection from {} refused: {}", connection.peer(), why);
        }
    }

    /** Stops to listen and ends the threads; the migration is closed already. */
    @Override
    public void close() {
        List<Thread> running;
        synchronized (this) {
            closed = true;
            listener.close();
            silent.keySet().forEach(Connection::close);
            running = List.copyOf(threads);
            notifyAll();
        }
        running.forEach(Threads::join);
    }
}
