package org.multifd.core.internal.migration;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.transport.Threads;

/**
 * Ends a migration whose peer fell silent, and closes what is still open when one has failed: nothing waits without a
 * deadline.
 */
public final class Watchdog implements AutoCloseable {

    /** How long a failed migration may still listen for the peer's reason. */
    public static final int GRACE_MILLIS = 500;

    private final Thread thread;
    private final int timeoutMillis;
    private final LongSupplier progress;
    private final Failure failure;
    private final Runnable closing;
    private final Supplier<String> hint;
    private boolean suspended;
    private boolean undecided;
    private boolean closed;
    private Thread reporter;

    /** As the other one, without a hint. */
    public Watchdog(int timeoutMillis, LongSupplier progress, Failure failure, Runnable closing) {
        this(timeoutMillis, progress, failure, closing, () -> "");
    }

    /**
     * @param progress grows as long as the peer is alive
     * @param closing closes every connection
     * @param hint what may be the cause of silence, behind a semicolon, or nothing
     */
    public Watchdog(int timeoutMillis, LongSupplier progress, Failure failure, Runnable closing,
            Supplier<String> hint) {
        this.timeoutMillis = timeoutMillis;
        this.progress = progress;
        this.failure = failure;
        this.closing = closing;
        this.hint = hint;
        this.thread = new Thread(this::watch, "multifd-watchdog");
        thread.setDaemon(true);
        thread.start();
        failure.onFailure(this::wake);
    }

    private synchronized void wake() {
        notifyAll();
    }

    private synchronized void watch() {
        long seen = -1;
        long since = System.nanoTime();
        long failedSince = 0;
        while (!closed) {
            long now = System.nanoTime();
            long count = progress.getAsLong();
            if (count != seen || suspended) {
                seen = count;
                since = now;
            }
            boolean silent = millis(now - since) >= timeoutMillis;
            if (failure.first() != null && (!undecided || silent || reporter != null)) {
                failedSince = failedSince == 0 ? now : failedSince;
                if (millis(now - failedSince) >= GRACE_MILLIS) {
                    closing.run();
                    return;
                }
            } else if (failure.first() == null && silent && reporter == null) {
                report();
            }
            try {
                wait(Math.min(timeoutMillis, GRACE_MILLIS) / 4 + 1);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /**
     * On a thread of its own: telling the peer can block on the very connection that this one must be free to close.
     */
    private void report() {
        reporter = new Thread(() -> failure.fail(new IOException("no byte moved for " + timeoutMillis
                + " ms: the peer is silent or the connection is gone; see what the peer does, or raise timeout"
                + hint.get())), "multifd-silence");
        reporter.setDaemon(true);
        reporter.start();
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    /** While the embedding program's own code runs, silence is nobody's fault. */
    public synchronized void suspend(boolean on) {
        suspended = on;
        notifyAll();
    }

    /** From here on the peer decides: only its silence closes the connection, not a failure of this side. */
    public synchronized void awaitDecision() {
        undecided = true;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        Threads.join(thread);
        if (reporter != null) {
            Threads.join(reporter);
        }
    }
}
