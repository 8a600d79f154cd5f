package org.multifd.core.internal.outgoing.postcopy;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.transport.Threads;

/**
 * Bounds what is on its way to the destination in the background, because a page that the guest waits for arrives
 * behind it. A ping follows each chunk. The window grows while some of the last answers came about as fast as the
 * fastest one of all, and shrinks when each of them was late, that is when chunks wait in a queue, wherever it is. A
 * single late answer may be a busy processor's.
 */
final class Window {

    /** The first ping behind a chunk. */
    static final int FIRST = 0x100;

    private static final int LEAST = 4;
    private static final int MOST = 64;
    /** After so many answers the window is adapted. */
    private static final int SAMPLES = 8;
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final long[] sentAt = new long[MOST];
    private final Failure failure;
    private int chunks = LEAST;
    private int sent = FIRST - 1;
    private int answered = FIRST - 1;
    private long fastest = Long.MAX_VALUE;
    private long fastestSample = Long.MAX_VALUE;
    private int samples;

    Window(Failure failure) {
        this.failure = failure;
        failure.onFailure(this::wake);
    }

    private synchronized void wake() {
        notifyAll();
    }

    /** Waits until a chunk may be sent. */
    void await() throws IOException {
        synchronized (this) {
            while (sent - answered >= chunks && failure.first() == null) {
                Threads.await(this, 0, "interrupted while waiting for the destination to take pages");
            }
        }
        failure.check();
    }

    /** Waits until every chunk was answered. */
    void awaitAll() throws IOException {
        synchronized (this) {
            while (sent != answered && failure.first() == null) {
                Threads.await(this, 0, "interrupted while waiting for the destination to take pages");
            }
        }
        failure.check();
    }

    /** A chunk is about to be written. Returns the value of the ping behind it. */
    synchronized int next() {
        sent++;
        sentAt[sent % MOST] = System.nanoTime();
        return sent;
    }

    /** A ping was answered. */
    synchronized void pong(int value) {
        if (value <= answered || value > sent) {
            return; // none of these pings
        }
        answered = value;
        long took = System.nanoTime() - sentAt[value % MOST];
        fastest = Math.min(fastest, took);
        fastestSample = Math.min(fastestSample, took);
        if (++samples == SAMPLES) {
            adapt();
        }
        notifyAll();
    }

    private void adapt() {
        chunks = fastestSample > fastest + LATE_NANOS ? Math.max(LEAST, chunks / 2) : Math.min(MOST, chunks + LEAST);
        fastestSample = Long.MAX_VALUE;
        samples = 0;
    }

    /** Returns how many chunks may be on their way. */
    synchronized int chunks() {
        return chunks;
    }
}
