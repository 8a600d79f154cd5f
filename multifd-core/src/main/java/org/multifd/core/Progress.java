package org.multifd.core;

import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What {@link MigrationStats} are made of. The migration's threads write, each field by one thread; any reads. */
final class Progress {

    volatile MigrationStats.State state = MigrationStats.State.SETUP;
    volatile Supplier<String> method = () -> null;
    volatile Supplier<List<MigrationStats.Channel>> channels = List::of;
    volatile LongSupplier mainBytes = () -> 0;
    volatile long ramBytes;
    volatile int pageSize;
    volatile int rounds;
    volatile long remainingPages;
    volatile long zeroPagesOnMain;
    volatile double bandwidth;
    volatile double dirtyRate;
    volatile long downtimeNanos;
    private volatile long startNanos;
    private volatile long endNanos;

    void start() {
        startNanos = System.nanoTime();
    }

    void end(MigrationStats.State as) {
        endNanos = System.nanoTime();
        state = as;
    }

    long elapsedNanos() {
        long start = startNanos;
        long end = endNanos;
        return start == 0 ? 0 : (end == 0 ? System.nanoTime() : end) - start;
    }

    /** All bytes that crossed so far: what shows that the peer is alive. */
    long wireBytes() {
        long sum = mainBytes.getAsLong();
        for (MigrationStats.Channel channel : channels.get()) {
            sum += channel.bytes();
        }
        return sum;
    }

    MigrationStats snapshot() {
        String name = method.get();
        return new MigrationStats(state, name == null ? "" : name, ramBytes, pageSize, rounds, remainingPages,
                mainBytes.getAsLong(), channels.get(), zeroPagesOnMain, elapsedNanos(), bandwidth, dirtyRate, downtimeNanos);
    }
}
