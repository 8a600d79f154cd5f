package org.multifd.core.internal.migration;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Listener;
import org.multifd.core.internal.transport.Threads;
import org.multifd.core.internal.transport.Tls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accept loop of a destination or relay. It reads the {@linkplain Caller.Role role} of each connection, which
 * must come within the timeout, answers negotiations, and hands main and multifd channels to the current
 * {@link Gathering}.
 *
 * <p>The loop runs until it is closed. A connection of another kind is closed and reported. When too many connections
 * are silent, or when no descriptor or thread is left, the oldest silent connection is closed.
 *
 * <p>A connection is either silent, and may be closed for that, or handed over. One lock guards the change from one to
 * the other.
 */
public final class Acceptor implements AutoCloseable {

    /** The most silent connections that stay open: as many as a migration has at most, and 16 more. */
    public static final int SILENT = 272;

    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

    /** The lower bound of that number when descriptors or threads are short. */
    private static final int LEAST = 16;

    /** The most silent connections in this process: they take at most a third of its descriptors. */
    private static final int MOST = Math.max(LEAST, Math.min(SILENT, Descriptors.limit() / 3));

    private static final int TICK_MILLIS = 100;
    private static final int PAUSE_MILLIS = 20;
    private static final String SAID_NOTHING = "silent for too long before it said what it is";

    /** Answers a negotiation whose magic has been read. */
    @FunctionalInterface
    public interface Answering {

        /** Answers, and returns the reason if the answer was a refusal, or null. */
        String answer(Connection connection) throws IOException;
    }

    private final Listener listener;
    private final Tls tls;
    private final int timeoutMillis;
    private final Supplier<Gathering> migration;
    private final Answering negotiations;
    private final Refusals refusals = new Refusals();
    /** The silent connections, the oldest first. */
    private final Set<Caller> silent = new LinkedHashSet<>();
    /** Connections whose role is known and which are being offered to the migration. */
    private final Set<Caller> speaking = new HashSet<>();
    private final Set<Thread> threads = new HashSet<>();
    private long accepted;
    private int most = MOST;
    private long shortNanos;
    private boolean closed;

    /**
     * Creates an acceptor that accepts nothing before {@link #start}.
     *
     * @param tls null for plain connections
     * @param migration supplies the current migration
     */
    public Acceptor(Listener listener, Tls tls, int timeoutMillis, Supplier<Gathering> migration,
            Answering negotiations) {
        this.listener = listener;
        this.tls = tls;
        this.timeoutMillis = timeoutMillis;
        this.migration = migration;
        this.negotiations = negotiations;
    }

    /** Returns the address that it listens on. */
    public String bound() {
        return listener.bound();
    }

    /** Starts to accept. */
    public void start() {
        start(this::accept, "multifd-accept");
    }

    /** Starts a thread that {@link #close} waits for; none any more once it is closed. */
    private synchronized void start(Runnable work, String name) {
        if (closed) {
            return;
        }
        threads.removeIf(each -> !each.isAlive());
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start(); // if that fails there is none
        threads.add(thread);
    }

    private void accept() {
        while (isOpen()) {
            Caller caller = null;
            try {
                Connection connection = listener.accept(TICK_MILLIS);
                if (connection != null) {
                    caller = enter(connection);
                    Caller taken = caller;
                    start(() -> hello(taken), "multifd-hello");
                }
                expire();
                migration.get().expire();
            } catch (IOException | RuntimeException | Error e) { // no descriptor, no memory for a thread: that may pass
                if (isOpen()) {
                    makeRoom(caller, e);
                }
            }
            if (refusals.due()) {
                report();
            }
        }
    }

    private synchronized boolean isOpen() {
        return !closed;
    }

    /** Writes the log on another thread, so that a log that blocks does not stop the accept loop. */
    private void report() {
        try {
            start(refusals::write, "multifd-log");
        } catch (OutOfMemoryError e) {
            LOG.debug("no thread to write the log: {}", e.getMessage()); // the next round tries again
        }
    }

    private synchronized Caller enter(Connection connection) {
        Caller caller = new Caller(connection, ++accepted);
        if (closed) {
            connection.close();
        }
        if (System.nanoTime() - shortNanos > TimeUnit.MILLISECONDS.toNanos(timeoutMillis)) {
            most = MOST;
        }
        for (int left = silent.size() - most; left >= 0; left--) {
            closeOldest("there are " + silent.size() + " that have not said what they are, and it is the oldest");
        }
        silent.add(caller);
        return caller;
    }

    /** Notes the reason before it closes, so that the reading thread finds it. */
    private void closeOldest(String why) {
        Iterator<Caller> oldest = silent.iterator();
        if (oldest.hasNext()) {
            Caller caller = oldest.next();
            oldest.remove();
            caller.closedFor = why;
            caller.connection.close();
        }
    }

    /** Closes a quarter of the silent connections, so that descriptors are left for what else a migration opens. */
    private synchronized void makeRoom(Caller failed, Throwable e) {
        refusals.note("cannot accept a connection: " + Errors.text(e));
        if (failed != null) {
            silent.remove(failed);
            failed.connection.close();
        }
        most = Math.max(LEAST, Math.min(most, silent.size()) * 3 / 4);
        shortNanos = System.nanoTime();
        for (int left = silent.size() / 4 + 1; left > 0; left--) {
            closeOldest("there is no room for more connections (" + Errors.text(e)
                    + "), and of those that have not said what they are it is the oldest");
        }
        try {
            wait(PAUSE_MILLIS);
        } catch (InterruptedException interrupt) {
            LOG.debug("interrupted, though nobody does that");
        }
    }

    /** Closes connections that have been silent for the timeout. */
    private synchronized void expire() {
        while (!silent.isEmpty() && silent.iterator().next().isOlderThan(timeoutMillis)) {
            closeOldest(SAID_NOTHING);
        }
    }

    /** Takes the connection out of the silent ones; false if it was closed for its silence before. */
    private synchronized boolean handOver(Caller caller) {
        caller.since = System.nanoTime();
        return silent.remove(caller) && speaking.add(caller);
    }

    private void hello(Caller caller) {
        Connection connection = caller.connection;
        Runnable changed = null;
        try {
            Caller.Role role = caller.readRole(tls);
            if (role == Caller.Role.QUESTION) {
                String refusal = negotiations.answer(connection);
                if (refusal != null) {
                    refusals.note("negotiation with " + connection.peer() + " refused: " + refusal);
                }
            } else if (role == Caller.Role.NOTHING) {
                LOG.debug("{} closed without a word", connection.peer());
            } else if (handOver(caller)) {
                changed = migration.get().offer(caller, this);
            } else {
                throw new IOException(SAID_NOTHING);
            }
        } catch (Failure.Aborted e) {
            LOG.debug("connection from {} of a migration that has failed: {}", connection.peer(), e.getMessage());
        } catch (Throwable e) { // affects this connection only
            refused(caller, e);
        } finally {
            leave(caller, changed != null);
        }
        refusals.write();
        if (changed != null) {
            caller.watch(changed);
        }
    }

    private void leave(Caller caller, boolean kept) {
        if (!kept) {
            caller.connection.close();
        }
        synchronized (this) {
            silent.remove(caller);
            speaking.remove(caller);
        }
        migration.get().wake();
    }

    private void refused(Caller caller, Throwable e) {
        String why;
        synchronized (this) {
            if (closed && caller.closedFor == null) {
                return; // the end of the migration has closed it
            }
            why = caller.closedFor == null ? Errors.text(e) : caller.closedFor;
        }
        migration.get().refused(caller.connection, why);
        report(caller.connection, why);
    }

    /** Notes a line for the log about a connection that is closed. */
    void report(Connection connection, String why) {
        refusals.note("connection from " + connection.peer() + " refused: " + why);
    }

    /** Returns the number of connections accepted so far. */
    synchronized long accepted() {
        return accepted;
    }

    /** Waits until every connection that has come before has been accepted. */
    void awaitTaken(int millis) throws IOException {
        listener.awaitTaken(millis);
    }

    /**
     * Returns whether one of the first {@code count} connections came within that time and has not been offered yet.
     */
    synchronized boolean expects(long count, int withinMillis) {
        return !speaking.isEmpty()
                || silent.stream().anyMatch(caller -> caller.order <= count && !caller.isOlderThan(withinMillis));
    }

    /** Stops accepting and closes the silent connections, without waiting. May be called again, and from any thread. */
    public synchronized void stop() {
        closed = true;
        listener.close();
        silent.forEach(caller -> caller.connection.close());
        notifyAll();
    }

    /** Stops and waits for the threads. The caller has closed the connections that were handed over. */
    @Override
    public void close() {
        stop();
        List<Thread> running;
        synchronized (this) {
            running = new ArrayList<>(threads);
        }
        running.remove(Thread.currentThread());
        running.forEach(Threads::join);
    }
}
