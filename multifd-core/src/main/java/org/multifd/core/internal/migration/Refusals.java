package org.multifd.core.internal.migration;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log lines about refused connections. The first few are written in full, then one line per second with a count.
 * {@link #note} may be called under any lock. {@link #write} must be called without a lock, because the log may block.
 */
final class Refusals {

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    /** The number of lines that are written in full; counted anew after {@link #CALM_NANOS} without a line. */
    static final int IN_FULL = 16;

    private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long SUMMARY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Queue<String> lines = new ArrayDeque<>();
    private final AtomicBoolean writing = new AtomicBoolean();
    private int inFull = IN_FULL;
    private int counted;
    private String last;
    private long lastNanos = System.nanoTime();
    private long summaryNanos = lastNanos - SUMMARY_NANOS;

    synchronized void note(String line) {
        long now = System.nanoTime();
        if (now - lastNanos > CALM_NANOS) {
            inFull = IN_FULL;
        }
        lastNanos = now;
        if (inFull > 0) {
            inFull--;
            lines.add(line);
        } else {
            counted++;
            last = line;
        }
    }

    /** Returns whether {@link #write} has something to write. */
    synchronized boolean due() {
        return !lines.isEmpty() || counted > 0 && System.nanoTime() - summaryNanos >= SUMMARY_NANOS;
    }

    private synchronized String next() {
        String line = lines.poll();
        if (line == null && due()) {
            line = "and " + counted + " more, the last one: " + last;
            counted = 0;
            summaryNanos = System.nanoTime();
        }
        return line;
    }

    /** Writes what is due, unless another thread is writing: a log that blocks holds up one thread at most. */
    void write() {
        while (due() && writing.compareAndSet(false, true)) {
            try {
                for (String line; (line = next()) != null;) {
                    LOG.warn("{}", line);
                }
            } finally {
                writing.set(false);
            }
        }
    }
}
