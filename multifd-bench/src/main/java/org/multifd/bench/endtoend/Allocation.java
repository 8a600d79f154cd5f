package org.multifd.bench.endtoend;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.multifd.core.MigrationStats;

/**
 * How many bytes of heap a migration's channels allocate by packet once they run: between the moment when each channel
 * has a hundred packets behind it and the last look at them.
 */
final class Allocation {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM_PACKETS = 100;
    private static final int MILLIS_BETWEEN_LOOKS = 50;

    private final String threadNames;
    private final Supplier<MigrationStats> stats;
    private final Thread watcher;
    private volatile boolean over;
    private long[] threads;
    private long[] first;
    private long[] last;

    private Allocation(String threadNames, Supplier<MigrationStats> stats) {
        this.threadNames = threadNames;
        this.stats = stats;
        this.watcher = new Thread(this::look, "allocation");
        this.watcher.setDaemon(true);
    }

    /** @param threadNames how the channels' threads' names begin */
    static Allocation watch(String threadNames, Supplier<MigrationStats> stats) {
        Allocation allocation = new Allocation(threadNames, stats);
        allocation.watcher.start();
        return allocation;
    }

    private void look() {
        try {
            while (!over) {
                Thread.sleep(MILLIS_BETWEEN_LOOKS);
                MigrationStats now = stats.get();
                if (!now.channels().isEmpty() && now.channels().stream()
                        .allMatch(each -> each.packets() >= WARM_PACKETS)) {
                    long allocated = allocated(now.channels().size());
                    if (allocated >= 0) {
                        last = new long[] {allocated, now.channels().stream().mapToLong(MigrationStats.Channel::packets)
                                .sum()};
                        first = first == null ? last : first;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** By all channels' threads together; negative if not all of them are there. */
    private long allocated(int channels) {
        if (threads == null) {
            Thread[] all = new Thread[Thread.activeCount()];
            int found = Thread.enumerate(all);
            threads = Stream.of(all).limit(found).filter(each -> each.getName().startsWith(threadNames))
                    .mapToLong(Thread::getId).toArray();
        }
        long sum = threads.length == channels ? 0 : -1;
        for (int i = 0; i < threads.length && sum >= 0; i++) {
            long bytes = THREADS.getThreadAllocatedBytes(threads[i]);
            sum = bytes < 0 ? -1 : sum + bytes;
        }
        return sum;
    }

    /** Not a number if the migration was too short to tell. */
    double perPacket() throws InterruptedException {
        over = true;
        watcher.join();
        return first == null || last[1] == first[1] ? Double.NaN : (double) (last[0] - first[0]) / (last[1] - first[1]);
    }
}
