package org.multifd.tck;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Whether native memory grows with each repetition, by the process's resident memory (Linux) without what the allocator
 * only keeps for reuse. Heap and direct buffers are taken off: they wait for the collector, as all of Java's memory. A
 * phase in which the collector ran says nothing, since it may have freed what should have been freed at once; the next
 * one is shorter. Several phases have to agree: the process's own movements do not come back each time.
 */
final class LeakMeter {

    static final long VISIBLE_PER_ROUND = 16 * 1024;

    static final String UNSEEN = "whether native memory is freed was not seen: the collector ran or memory moved "
            + "meanwhile";

    private static final int WARM_UP = 32;
    private static final int ROUNDS = 128;
    private static final int FEWEST_ROUNDS = 32;
    private static final int MOST_PHASES = 16;
    private static final int ENOUGH = 2;

    /** What is repeated; told how often it ran before. */
    @FunctionalInterface
    interface Round {
        void run(int number);
    }

    private LeakMeter() {
    }

    static String unavailable() {
        if (!ProcessStatus.readable()) {
            return "native memory is seen on Linux only";
        }
        return trim() ? null : "native memory is seen where the JVM can trim it only (glibc, Java 17.0.9 and later)";
    }

    /** Bytes that each round leaves behind; 0 if none are seen, -1 if it could not be seen. */
    static long perRound(Round round) {
        for (int number = 0; number < WARM_UP; number++) {
            round.run(number);
        }
        long least = Long.MAX_VALUE;
        int quiet = 0;
        int loud = 0;
        int rounds = ROUNDS;
        settle();
        for (int phase = 0; phase < MOST_PHASES && quiet < ENOUGH && loud <= ENOUGH; phase++) {
            long collections = collections();
            long before = nativeMemory();
            for (int number = 0; number < rounds; number++) {
                round.run(number);
            }
            long each = (nativeMemory() - before) / rounds;
            if (collections() != collections) {
                rounds = Math.max(FEWEST_ROUNDS, rounds / 2);
                settle();
            } else if (each < VISIBLE_PER_ROUND) {
                quiet++;
            } else {
                loud++;
                least = Math.min(least, each);
            }
        }
        return quiet == ENOUGH ? 0 : loud > ENOUGH ? least : -1;
    }

    /**
     * What waited for the collector is freed after it, by other threads, and would hide what grows meanwhile: until
     * memory has stood still for a while. From here to the next collection nothing is freed but by who has to free it.
     */
    private static void settle() {
        System.gc();
        long before = Long.MAX_VALUE;
        int still = 0;
        for (int look = 0; look < 150 && still < 6; look++) {
            long now = ProcessStatus.bytes("VmRSS");
            still = Math.abs(now - before) < VISIBLE_PER_ROUND * 4 ? still + 1 : 0;
            before = now;
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /**
     * Without what was freed and is only kept for reuse: a leak would hide in it, and a compiler's memory look like
     * one.
     */
    private static long nativeMemory() {
        trim();
        Runtime runtime = Runtime.getRuntime();
        long heap = runtime.totalMemory() - runtime.freeMemory();
        return ProcessStatus.bytes("VmRSS") - heap - MemoryBound.directMemory();
    }

    private static boolean trim() {
        try {
            ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
            ManagementFactory.getPlatformMBeanServer().invoke(commands, "systemTrimNativeHeap", null, null);
            return true;
        } catch (JMException e) {
            return false;
        }
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount).sum();
    }
}
