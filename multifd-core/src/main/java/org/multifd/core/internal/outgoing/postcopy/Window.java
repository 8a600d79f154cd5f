package org.multifd.core.internal.outgoing.postcopy;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.transport.Threads;

/**
 * Bounds what is on its way to the destination in the background, because a page that the guest waits for arrives
 * behind it. A ping follows each chunk. The window grows while the answers come about as fast as the fastest one did,
 * and shrinks when they are late, that is when chunks wait in a queue, wherever it is.
 */
final class Window {

    /** The first ping behind a chunk. */
    static final int FIRST = 0x100;

    private static final int MOST = 64;
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final long[] sentAt = new long[MOST];
    private final Failure failure;
    private int chunks = 2;
    private int sent = FIRST - 1;
    private int answered = FIRST - 1;
    private long fastest = Long.MAX_VALUE;

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
        chunks = took > fastest + LATE_NANOS ? Math.max(1, chunks / 2) : Math.min(MOST, chunks + 1);
        notifyAll();
    }
}
