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
 * Accepts connections, gives each until the timeout to say what it is, answers negotiations, and hands main and multifd
 * channels to the migration that is {@linkplain Gathering gathered}. It goes on until it is closed, whatever comes: a
 * connection that is none of these is closed and reported, and when there are too many that have said nothing, or no
 * descriptor or thread is left for one more, the one that has been silent longest makes room.
 *
 * <p>A connection is either among those that have not said what they are, and may be closed for it, or has been handed over;
 * which of the two is decided under one lock.
 */
public final class Acceptor implements AutoCloseable {

    /** How many connections that have not said what they are stay open: a migration's most, and 16 others. */
    public static final int SILENT = 272;

    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

    /** To how many silent ones it goes down, at least, when the machine has no room for more. */
    private static final int LEAST = 16;

    /** What a process has that may open few files: silent connections take a third of its descriptors at most. */
    private static final int MOST = Math.max(LEAST, Math.min(SILENT, Descriptors.limit() / 3));

    private static final int TICK_MILLIS = 100;
    private static final int PAUSE_MILLIS = 20;
    private static final String SAID_NOTHING = "silent for too long before it said what it is";

    /** Answers a negotiation whose magic has been read. */
    @FunctionalInterface
    public interface Answering {

        /** Why the answer was a refusal, or null. */
        String answer(Connection connection) throws IOException;
    }

    /** A connection that has not been handed over. */
    private static final class Caller {

        final Connection connection;
        final long order;
        final long since = System.nanoTime();
        String closedFor;

        Caller(Connection connection, long order) {
            this.connection = connection;
            this.order = order;
        }
    }

    private final Listener listener;
    private final Tls tls;
    private final int timeoutMillis;
    private final Supplier<Gathering> migration;
    private final Answering negotiations;
    private final Refusals refusals = new Refusals();
    /** Those that have not said what they are, the oldest first. */
    private final Set<Caller> silent = new LinkedHashSet<>();
    /** Those that have, and are not yet part of the migration. */
    private final Set<Caller> speaking = new HashSet<>();
    private final Set<Thread> threads = new HashSet<>();
    private long accepted;
    private int most = MOST;
    private long shortNanos;
    private boolean closed;

    /**
     * Takes nothing before {@link #start}.
     *
     * @param tls null for plain connections
     * @param migration the one that connections belong to
     */
    public Acceptor(Listener listener, Tls tls, int timeoutMillis, Supplier<Gathering> migration, Answering negotiations) {
        this.listener = listener;
        this.tls = tls;
        this.timeoutMillis = timeoutMillis;
        this.migration = migration;
        this.negotiations = negotiations;
    }

    /** The address that it listens on. */
    public String bound() {
        return listener.bound();
    }

    /** Begins to accept. */
    public void start() {
        start(this::accept, "multifd-accept");
    }

    private synchronized void start(Runnable work, String name) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } finally {
                synchronized (this) {
                    threads.remove(Thread.currentThread());
                }
            }
        }, name);
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

    /** On a thread of its own: a log that is stuck must not keep connections out. */
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

    private void closeOldest(String why) {
        Iterator<Caller> oldest = silent.iterator();
        if (oldest.hasNext()) {
            giveUp(oldest.next(), why);
            oldest.remove();
        }
    }

    /** The reason is noted before its thread can see the close. */
    private static void giveUp(Caller caller, String why) {
        caller.closedFor = why;
        caller.connection.close();
    }

    /** A quarter of the silent ones make room, so that what a migration opens beside its connections finds some, too. */
    private synchronized void makeRoom(Caller failed, Throwable e) {
        refusals.note("cannot accept a connection: " + Errors.text(e));
        if (failed != null) {
            silent.remove(failed);
            failed.connection.close();
        }
        most = Math.max(LEAST, Math.min(most, silent.size()) * 3 / 4);
        shortNanos = System.nanoTime();
        for (int left = silent.size() / 4 + 1; left > 0; left--) {
            closeOldest("there is no room for more connections (" + Errors.text(e) + "), and of those that have not said what they are"
                    + " it is the oldest");
        }
        try {
            wait(PAUSE_MILLIS);
        } catch (InterruptedException interrupt) {
            LOG.debug("interrupted, though nobody does that");
        }
    }

    /** A connection that never says what it is does not stay. */
    private synchronized void expire() {
        long now = System.nanoTime();
        Iterator<Caller> oldest = silent.iterator();
        while (oldest.hasNext()) {
            Caller caller = oldest.next();
            if (TimeUnit.NANOSECONDS.toMillis(now - caller.since) < timeoutMillis) {
                return;
            }
            giveUp(caller, SAID_NOTHING);
            oldest.remove();
        }
    }

    /** It has said what it is, in time: from here on nobody closes it for its silence. */
    private synchronized boolean handOver(Caller caller) {
        return silent.remove(caller) && speaking.add(caller);
    }

    private void hello(Caller caller) {
        Connection connection = caller.connection;
        Member member = null;
        try {
            ConnectionRole role = ConnectionRole.read(connection, tls);
            if (role instanceof ConnectionRole.Question) {
                String refusal = negotiations.answer(connection);
                if (refusal != null) {
                    refusals.note("negotiation with " + connection.peer() + " refused: " + refusal);
                }
            } else if (role instanceof ConnectionRole.Nothing) {
                LOG.debug("{} closed without a word", connection.peer());
            } else if (handOver(caller)) {
                member = migration.get().offer(role, connection, caller.order, this);
            } else {
                throw new IOException(SAID_NOTHING);
            }
        } catch (Failure.Aborted e) {
            LOG.debug("connection from {} of a migration that has failed: {}", connection.peer(), e.getMessage());
        } catch (Throwable e) { // whatever it is, it is this connection's matter
            refused(caller, e);
        } finally {
            leave(caller, member != null);
        }
        refusals.write();
        if (member != null) {
            member.watch();
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
            if (closed) {
                return;
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

    /** How many connections have been accepted. */
    synchronized long accepted() {
        return accepted;
    }

    /** Waits until every connection that has come before is known here. */
    void awaitTaken(int millis) throws IOException {
        listener.awaitTaken(millis);
    }

    /** Whether one of the first so many connections has still to say what it is, and came less than so long ago. */
    synchronized boolean expects(long count, int withinMillis) {
        long now = System.nanoTime();
        return !speaking.isEmpty() || silent.stream().anyMatch(caller -> caller.order <= count && now - caller.since < TimeUnit.MILLISECONDS.toNanos(withinMillis));
    }

    /** Stops to accept and closes what has not been handed over. Does not wait; may be called again, and from any thread. */
    public synchronized void stop() {
        closed = true;
        listener.close();
        silent.forEach(caller -> caller.connection.close());
        notifyAll();
    }

    /** Stops, and waits for the threads' ends; the connections that were handed over are closed already. */
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
