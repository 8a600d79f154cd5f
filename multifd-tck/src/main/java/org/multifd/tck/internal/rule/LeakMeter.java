package org.multifd.tck.internal.rule;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.management.JMException;
import javax.management.ObjectName;
import org.multifd.tck.internal.harness.ProcessStatus;

/**
 * Whether native memory grows with each repetition, by the process's resident memory (Linux) without what the allocator
 * only keeps for reuse. Heap and direct buffers are taken off: they wait for the collector, as all of Java's memory. A
 * phase in which the collector ran, or something dead was freed, says nothing, since that may have been what should
 * have been freed at once; the next one is shorter. Several phases have to agree: the process's own movements do not
 * come back each time.
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
    private static final long SETTLING = TimeUnit.SECONDS.toNanos(10);
    private static final long HANDING_ON_MILLIS = 500;

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
            long direct = MemoryBound.directMemory();
            long before = nativeMemory();
            for (int number = 0; number < rounds; number++) {
                round.run(number);
            }
            long each = (nativeMemory() - before) / rounds;
            if (collections() != collections || MemoryBound.directMemory() < direct) {
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
     * they have nothing left to do, however long a busy machine lets them wait, and memory has stood still for a while.
     * From here to the next collection nothing is freed but by who has to free it.
     */
    private static void settle() {
        long limit = System.nanoTime() + SETTLING;
        // The JVM hands references on in lists, each one whole before the next: the first of these may overtake what
        // is waiting, the second one cannot.
        awaitHandedOn(limit);
        awaitHandedOn(limit);
        while (cleaning() && System.nanoTime() < limit) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        long before = Long.MAX_VALUE;
        int still = 0;
        for (int look = 0; look < 150 && still < 6; look++) {
            long now = ProcessStatus.bytes("VmRSS");
            still = Math.abs(now - before) < VISIBLE_PER_ROUND * 4 ? still + 1 : 0;
            before = now;
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** Collects, and waits until a reference that is dead now has come to its queue. */
    private static void awaitHandedOn(long limit) {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        Reference<Object> dead = new PhantomReference<>(new Object(), queue);
        try {
            do {
                System.gc();
            } while (queue.remove(HANDING_ON_MILLIS) == null && System.nanoTime() < limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Reference.reachabilityFence(dead);
    }

    /** Whether one of the JVM's threads that free what is dead has something to do: otherwise it waits. */
    private static boolean cleaning() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().contains("Cleaner") || each.getName().equals("Finalizer"))
                .anyMatch(each -> each.getState() != Thread.State.WAITING
                        && each.getState() != Thread.State.TIMED_WAITING);
    }

    /**
     * Without what was freed and is only kept for reuse: a leak would hide in it, and a compiler's memory look like
     * one. Nor does a buffer count that is freed between the two looks.
     */
    private static long nativeMemory() {
        trim();
        while (true) {
            long direct = MemoryBound.directMemory();
            Runtime runtime = Runtime.getRuntime();
            long heap = runtime.totalMemory() - runtime.freeMemory();
            long resident = ProcessStatus.bytes("VmRSS");
            if (MemoryBound.directMemory() == direct) {
                return resident - heap - direct;
            }
        }
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
