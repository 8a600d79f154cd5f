package org.multifd.core.internal.migration;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log's lines about connections that were refused: the first few in full, then one each second with their number. Lines
 * are noted at any time, under any lock, and written by {@link #write}, which is called without one, by one thread at a time.
 */
final class Refusals {

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    /** How many lines are written in full, until none has come for {@link #CALM_NANOS}. */
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

    /** Whether {@link #write} has something to write. */
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

    /** Writes what is due. If another thread is at it, that one does: a log that is stuck holds up no more than one. */
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
