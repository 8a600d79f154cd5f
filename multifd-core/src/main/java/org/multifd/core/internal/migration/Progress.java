package org.multifd.core.internal.migration;

import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.multifd.core.MigrationStats;
import org.multifd.core.internal.channel.FlightEvents;

/** What {@link MigrationStats} are made of. The migration's threads write, each field by one thread; any reads. */
public final class Progress {

    public volatile MigrationStats.State state = MigrationStats.State.SETUP;
    public volatile Supplier<String> method = () -> null;
    public volatile Supplier<List<MigrationStats.Channel>> channels = List::of;
    public volatile LongSupplier mainBytes = () -> 0;
    public volatile long ramBytes;
    public volatile int pageSize;
    public volatile int rounds;
    public volatile long remainingPages;
    public volatile long zeroPagesOnMain;
    public volatile double bandwidth;
    public volatile double dirtyRate;
    public volatile long downtimeNanos;
    private volatile long startNanos;
    private volatile long endNanos;

    public void start() {
        startNanos = System.nanoTime();
    }

    /** As {@link #start}, at that time; 0 takes it back. */
    public void started(long nanos) {
        startNanos = nanos;
    }

    public void end(MigrationStats.State as) {
        endNanos = System.nanoTime();
        state = as;
    }

    public long elapsedNanos() {
        long start = startNanos;
        long end = endNanos;
        return start == 0 ? 0 : (end == 0 ? System.nanoTime() : end) - start;
    }

    /** All bytes that crossed so far: what shows that the peer is alive. */
    public long wireBytes() {
        return mainBytes.getAsLong() + LongStream.of(channelBytes()).sum();
    }

    /** The bytes that crossed on each channel so far. */
    public long[] channelBytes() {
        return channels.get().stream().mapToLong(MigrationStats.Channel::bytes).toArray();
    }

    /** Ends the event of this migration, if it was begun. */
    public void record(FlightEvents.Migration event, boolean source) {
        if (event != null) {
            MigrationStats stats = snapshot();
            event.source = source;
            event.method = stats.method();
            event.channels = stats.channels().size();
            event.rounds = stats.rounds();
            event.wireBytes = stats.wireBytes();
            event.succeeded = stats.state() == MigrationStats.State.COMPLETED;
            event.commit();
        }
    }

    public MigrationStats snapshot() {
        String name = method.get();
        return new MigrationStats(state, name == null ? "" : name, ramBytes, pageSize, rounds, remainingPages,
                mainBytes.getAsLong(), List.copyOf(channels.get()), zeroPagesOnMain, elapsedNanos(), bandwidth,
                dirtyRate, downtimeNanos);
    }
}
