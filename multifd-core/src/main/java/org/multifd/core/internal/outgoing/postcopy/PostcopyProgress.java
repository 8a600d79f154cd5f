package org.multifd.core.internal.outgoing.postcopy;

import java.util.function.LongSupplier;
import org.multifd.core.PostcopyStats;

/** What {@link PostcopyStats} are made of. Each field is written by one thread; any reads. */
final class PostcopyProgress {

    final Latencies latencies = new Latencies();
    volatile PostcopyStats.State state = PostcopyStats.State.SETUP;
    volatile LongSupplier wireBytes = () -> 0;
    volatile long pushed;
    volatile long asked;
    volatile long askedZero;
    volatile long requests;
    volatile long there;
    volatile long expected;
    volatile long startNanos;
    volatile long runningNanos;
    volatile long endNanos;
    private final long ramBytes;
    private final int pageSize;

    PostcopyProgress(long ramBytes, int pageSize) {
        this.ramBytes = ramBytes;
        this.pageSize = pageSize;
    }

    /** The guest runs at the destination from here on. */
    void running() {
        runningNanos = System.nanoTime();
        state = PostcopyStats.State.RUNNING;
    }

    private long since(long end) {
        return startNanos == 0 ? 0 : (end == 0 ? System.nanoTime() : end) - startNanos;
    }

    PostcopyStats snapshot() {
        return new PostcopyStats(state, ramBytes, pageSize, wireBytes.getAsLong(), pushed, asked, askedZero, there,
                expected, requests, latencies.quantile(0.5), latencies.quantile(0.99), latencies.worst(),
                runningNanos == 0 ? 0 : since(runningNanos), since(endNanos));
    }
}
