package org.multifd.core.internal.migration;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.transport.Threads;
import org.multifd.core.internal.transport.Timer;

/**
 * Ends a migration whose peer fell silent, and closes what is still open when one has failed. Its tick is the timer's.
 */
public final class Watchdog implements AutoCloseable {

    /** How long a failed migration may still listen for the peer's reason. */
    public static final int GRACE_MILLIS = 500;

    /** What a peer must move within {@code timeout} so as not to count as silent, where a whole guest is to come. */
    public static final int LEAST_BYTES = 4096;

    /** By how much a channel stops before the others so that it is named. */
    private static final int FIRST_MILLIS = 1000;

    private final Timer timer;
    private final int timeoutMillis;
    private int least;
    private final LongSupplier progress;
    private final Supplier<long[]> channels;
    private final Failure failure;
    private final Consumer<IOException> silence;
    private final Runnable closing;
    private final Supplier<String> hint;
    private boolean suspended;
    private long seen;
    private long since = System.nanoTime();
    private long last;
    private long lastMoved = since;
    private long failedSince;
    private Thread reporter;
    /** The bytes of each channel, and when they last grew. */
    private long[] channelBytes = {};
    private long[] channelNanos = {};

    /** As the other one: one byte is enough, silence is a failure, and there is no hint. */
    public Watchdog(int timeoutMillis, LongSupplier progress, Failure failure, Runnable closing) {
        this(timeoutMillis, 1, progress, () -> new long[0], failure, failure::fail, closing, () -> "");
    }

    /**
     * Starts to watch.
     *
     * @param least bytes that must move within the timeout
     * @param progress grows as long as the peer is alive
     * @param channels the bytes of each channel, by id
     * @param silence is told of silence, once
     * @param closing closes every connection and does not block
     * @param hint what may be the cause of silence, behind a semicolon, or nothing
     */
    public Watchdog(int timeoutMillis, int least, LongSupplier progress, Supplier<long[]> channels, Failure failure,
            Consumer<IOException> silence, Runnable closing, Supplier<String> hint) {
        this.timeoutMillis = timeoutMillis;
        this.least = least;
        this.progress = progress;
        this.channels = channels;
        this.failure = failure;
        this.silence = silence;
        this.closing = closing;
        this.hint = hint;
        this.seen = progress.getAsLong();
        this.last = seen;
        this.timer = Timer.every(Math.min(timeoutMillis, GRACE_MILLIS) / 4 + 1, this::tick);
    }

    private synchronized void tick() {
        long now = System.nanoTime();
        long count = progress.getAsLong();
        if (count != last || suspended) {
            last = count;
            lastMoved = now;
        }
        if (count - seen >= least || suspended) {
            seen = count;
            since = now;
        }
        lookAtChannels(now);
        if (failure.first() != null) {
            failedSince = failedSince == 0 ? now : failedSince;
            if (millis(now - failedSince) >= GRACE_MILLIS) {
                closing.run();
            }
        } else if (reporter == null && isSilent(now)) {
            report(millis(now - lastMoved) >= timeoutMillis ? 0 : count - seen, stoppedFirst(now));
        }
    }

    private void lookAtChannels(long now) {
        long[] bytes = channels.get();
        if (bytes.length != channelBytes.length) {
            channelNanos = new long[bytes.length];
            Arrays.fill(channelNanos, now);
        }
        for (int i = 0; i < Math.min(bytes.length, channelBytes.length); i++) {
            channelNanos[i] = bytes[i] == channelBytes[i] ? channelNanos[i] : now;
        }
        channelBytes = bytes;
    }

    /** Names the channel that stopped first: at the end of a round all others wait for it. */
    private String stoppedFirst(long now) {
        int first = -1;
        long age = 0;
        long next = 0;
        for (int i = 0; i < channelNanos.length; i++) {
            long each = millis(now - channelNanos[i]);
            if (first < 0 || each > age) {
                next = age;
                age = each;
                first = i;
            } else {
                next = Math.max(next, each);
            }
        }
        return channelNanos.length < 2 || age - next < FIRST_MILLIS ? ""
                : " (channel " + first + " stopped first, " + age + " ms ago)";
    }

    /** On a thread of its own: telling the peer can block on the very connection that is to be closed if it does. */
    private void report(long moved, String first) {
        String text = (moved == 0 ? "no byte moved for " + timeoutMillis
                + " ms: the peer is silent or the connection is gone" + first
                : moved + " bytes moved within " + timeoutMillis + " ms, expected at least " + least
                + ": the peer is as good as silent") + "; see what the peer does, or raise timeout" + hint.get();
        reporter = new Thread(() -> silence.accept(new IOException(text)), "multifd-silence");
        reporter.setDaemon(true);
        reporter.start();
    }

    /** Whether nothing moved for the timeout, or too little did and still does. */
    private boolean isSilent(long now) {
        long quiet = millis(now - lastMoved);
        return quiet >= timeoutMillis || millis(now - since) >= timeoutMillis && quiet < timeoutMillis / 2;
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    /** From here on so many bytes must move within the timeout. */
    public synchronized void least(int bytes) {
        least = bytes;
        seen = progress.getAsLong();
        since = System.nanoTime();
    }

    /** While the embedding program's own code runs, silence is nobody's fault. */
    public synchronized void suspend(boolean on) {
        suspended = on;
        since = System.nanoTime();
        lastMoved = since;
    }

    @Override
    public void close() {
        timer.close();
        Thread last;
        synchronized (this) {
            last = reporter;
        }
        if (last != null) {
            Threads.join(last);
        }
    }
}
