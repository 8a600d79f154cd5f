package org.multifd.core.internal.channel;

import org.multifd.core.MigrationException;
import org.multifd.core.internal.transport.Threads;
import org.multifd.core.internal.wire.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of one channel. It sets the channel's method up as its first act, and closes it as its last one, once
 * main says so: no other thread calls the method.
 */
public final class ChannelThread {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelThread.class);

    /** How long the closes of other channels wait for one that takes long. */
    private static final int IN_TURN_MILLIS = 200;

    /** What the thread does. */
    interface Work {

        /** Sets the method up. */
        void setUp() throws Exception;

        /** All else; ends when the channel does, or the migration fails. */
        void run() throws Exception;

        /** What ended it; the place is to be put in front. */
        void failed(Throwable error);

        void close() throws MigrationException;
    }

    private final int id;
    private final Work work;
    private final Failure failure;
    private final Thread thread;
    private boolean ready;
    private boolean ending;

    ChannelThread(String name, int id, Work work, Failure failure) {
        this.id = id;
        this.work = work;
        this.failure = failure;
        this.thread = Threads.worker(this::run, name + id);
    }

    /** Starts the thread; returns once the method is set up. */
    void start() throws Failure.Aborted {
        thread.start();
        failure.onFailure(this::wake);
        Waiting.until(this, failure, () -> ready ? this : null);
    }

    private synchronized void wake() {
        notifyAll();
    }

    Thread thread() {
        return thread;
    }

    private void run() {
        try {
            work.setUp();
            synchronized (this) {
                ready = true;
                notifyAll();
            }
            work.run();
        } catch (Throwable e) { // whatever it is ends the migration and is reported
            work.failed(e);
        }
        awaitEnding();
        close(id, work::close, failure);
    }

    private synchronized void awaitEnding() {
        while (!ending) {
            try {
                wait();
            } catch (InterruptedException e) {
                LOG.debug("channel {}: interrupted", id); // nobody has a reason to
            }
        }
    }

    /** A close that frees what a channel's method has. */
    @FunctionalInterface
    public interface Closing {
        void close() throws MigrationException;
    }

    /**
     * A close that fails does not fail the migration, which is decided by what has moved; it is not passed over
     * either.
     */
    public static void close(int channel, Closing closing, Failure failure) {
        try {
            closing.close();
        } catch (Throwable e) { // a provider may throw anything, and the other channels are still to be closed
            String what = "channel " + channel + ": " + Text.reason(e);
            if (failure.first() == null) {
                LOG.warn("{}", what);
            } else {
                LOG.debug("after the first error: {}", what);
            }
        }
    }

    private synchronized void end() {
        ending = true;
        notifyAll();
    }

    /**
     * Ends the threads, which close their methods one after the other, the last one first. One that takes long is not
     * waited for before the others are told, and one that was given up not at all.
     */
    static void end(ChannelThread[] threads) {
        boolean inTurn = true;
        for (int i = threads.length - 1; i >= 0; i--) {
            if (threads[i].thread.getState() == Thread.State.NEW) {
                continue;
            }
            threads[i].end();
            if (inTurn) {
                Threads.join(threads[i].thread, IN_TURN_MILLIS);
                inTurn = !threads[i].thread.isAlive();
            }
        }
        for (ChannelThread each : threads) {
            Threads.join(each.thread);
        }
    }
}
