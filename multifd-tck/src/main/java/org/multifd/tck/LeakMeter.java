package org.multifd.tck;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/**
 * Whether native memory grows with each repetition, by the process's resident memory (Linux). Heap and direct buffers are
 * taken off: they wait for the collector, as all of Java's memory. A phase in which the collector ran says nothing, since
 * it may have freed what should have been freed at once. Growth has to show in every phase, each twice as long as the one
 * before: the process's own movements do not grow with it.
 */
final class LeakMeter {

    static final long VISIBLE_PER_ROUND = 16 * 1024;

    private static final int WARM_UP = 32;
    private static final int FIRST_PHASE = 128;
    private static final int PHASES = 4;

    /** What is repeated; told how often it ran before. */
    @FunctionalInterface
    interface Round {
        void run(int number);
    }

    private LeakMeter() {
    }

    static String unavailable() {
        return ProcessStatus.readable() ? null : "native memory is seen on Linux only";
    }

    /** Bytes that each round leaves behind; 0 if none are seen, -1 if it could not be seen. */
    static long perRound(Round round) {
        for (int number = 0; number < WARM_UP; number++) {
            round.run(number);
        }
        long least = Long.MAX_VALUE;
        int rounds = FIRST_PHASE;
        for (int phase = 0; phase < PHASES; phase++) {
            System.gc();
            long collections = collections();
            long before = nativeMemory();
            for (int number = 0; number < rounds; number++) {
                round.run(number);
            }
            long grown = nativeMemory() - before;
            if (collections() == collections) {
                long each = grown / rounds;
                if (each < VISIBLE_PER_ROUND) {
                    return 0;
                }
                least = Math.min(least, each);
                rounds *= 2;
            }
        }
        return least == Long.MAX_VALUE ? -1 : least;
    }

    private static long nativeMemory() {
        Runtime runtime = Runtime.getRuntime();
        return ProcessStatus.bytes("VmRSS") - (runtime.totalMemory() - runtime.freeMemory()) - MemoryBound.directMemory();
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount).sum();
    }
}
