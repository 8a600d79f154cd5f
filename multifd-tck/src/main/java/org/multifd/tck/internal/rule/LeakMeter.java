package org.multifd.tck.internal.rule;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.multifd.tck.internal.harness.Budget;
import org.multifd.tck.internal.harness.JvmCommand;
import org.multifd.tck.internal.harness.ProcessStatus;
import org.multifd.tck.internal.harness.ResidentMemory;
import org.multifd.tck.internal.harness.Words;

/**
 * Whether memory grows with each repetition. Heap is what can be reached, direct buffers are what is left of them after
 * a collection. Native memory is the process's resident memory (Linux) without those two. A phase in which the
 * collector ran, or something dead was freed, says nothing of native memory, since that may have been what should have
 * been freed at once; the next one is shorter. Several phases have to agree: the process's own movements do not come
 * back each time.
 */
final class LeakMeter {

    static final long VISIBLE_NATIVE = 16 * 1024;
    static final long VISIBLE_JAVA = 1024;

    private static final int WARM_UP = 32;
    private static final int ROUNDS = 128;
    private static final int FEWEST_ROUNDS = 32;
    private static final int MOST_PHASES = 16;
    private static final int ENOUGH = 2;
    /** A leak comes back in each phase; a compiler that works beside a test does not for long. */
    private static final int LOUD = 5;
    private static final long SETTLING = TimeUnit.SECONDS.toNanos(10);
    private static final long HANDING_ON_MILLIS = 500;

    /** What is repeated; told how often it ran before. */
    @FunctionalInterface
    interface Round {
        void run(int number);
    }

    /**
     * What each round left behind.
     *
     * @param leaked in words with figures, or "" if nothing was seen
     * @param unseen what could not be seen and why, or ""
     */
    record Leftover(String leaked, String unseen) {
    }

    private final Budget budget;
    private final Round round;
    private int rounds = ROUNDS;
    private int done;

    private LeakMeter(Budget budget, Round round) {
        this.budget = budget;
        this.round = round;
    }

    static Leftover perRound(Budget budget, Round round) {
        return new LeakMeter(budget, round).measure();
    }

    private Leftover measure() {
        long begin = System.nanoTime();
        run(WARM_UP);
        long each = (System.nanoTime() - begin) / WARM_UP;
        rounds = (int) Math.max(FEWEST_ROUNDS, Math.min(ROUNDS, budget.left() / (each + 1) / 4));
        settle();
        long heap = JvmCommand.reachableBytes();
        long direct = MemoryBound.directMemory();
        done = 0;
        long outside = nativePerRound();
        boolean collected = collect() && heap >= 0;
        long heapEach = (JvmCommand.reachableBytes() - heap) / done;
        long directEach = (MemoryBound.directMemory() - direct) / done;
        if (collected && (heapEach >= VISIBLE_JAVA || directEach >= VISIBLE_JAVA)) {
            // once more: what only comes up to its size is no leak
            heap = JvmCommand.reachableBytes();
            direct = MemoryBound.directMemory();
            run(rounds);
            collect();
            heapEach = Math.min(heapEach, (JvmCommand.reachableBytes() - heap) / rounds);
            directEach = Math.min(directEach, (MemoryBound.directMemory() - direct) / rounds);
        }
        return new Leftover(!collected ? leaked(0, 0, outside) : leaked(heapEach, directEach, outside),
                Words.joined(unseen(outside), collected ? ""
                        : "heap and direct buffers are not seen: this JVM collects nothing when it is asked to"));
    }

    private static String leaked(long heap, long direct, long outside) {
        return direct >= VISIBLE_JAVA ? Words.size(direct) + " of direct buffers"
                : heap >= VISIBLE_JAVA ? Words.size(heap) + " of heap"
                : outside >= VISIBLE_NATIVE ? Words.size(outside) + " of native memory" : "";
    }

    private String unseen(long outside) {
        if (outside >= 0) {
            return "";
        }
        String why = ResidentMemory.unavailable();
        return why != null ? why : "whether native memory is freed was not seen: " + (budget.used()
                ? "the time for a rule was used up" : "the collector ran or memory moved meanwhile");
    }

    private void run(int times) {
        for (int number = 0; number < times; number++) {
            round.run(number);
        }
        done += times;
    }

    /** Bytes that each round leaves behind; 0 if none are seen, -1 if it could not be seen. */
    private long nativePerRound() {
        if (ResidentMemory.unavailable() != null) {
            run(rounds);
            return -1;
        }
        long least = Long.MAX_VALUE;
        int quiet = 0;
        int loud = 0;
        for (int phase = 0; phase < MOST_PHASES && quiet < ENOUGH && loud < LOUD; phase++) {
            if (phase > 0 && budget.used()) {
                return -1;
            }
            long collections = collections();
            long direct = MemoryBound.directMemory();
            long before = nativeMemory();
            run(rounds);
            long each = (nativeMemory() - before) / rounds;
            if (collections() != collections || MemoryBound.directMemory() < direct) {
                rounds = Math.max(FEWEST_ROUNDS, rounds / 2);
                settle();
            } else if (each < VISIBLE_NATIVE) {
                quiet++;
            } else {
                loud++;
                least = Math.min(least, each);
            }
        }
        return quiet == ENOUGH ? 0 : loud == LOUD ? least : -1;
    }

    /**
     * What waited for the collector is freed after it, by other threads, and would hide what grows meanwhile: until
     * they have nothing left to do, however long a busy machine lets them wait, and memory has stood still for a while.
     * From here to the next collection nothing is freed but by who has to free it.
     */
    private static void settle() {
        collect();
        if (!ProcessStatus.readable()) {
            return;
        }
        long before = Long.MAX_VALUE;
        int still = 0;
        for (int look = 0; look < 150 && still < 6; look++) {
            long now = ProcessStatus.bytes("VmRSS");
            still = Math.abs(now - before) < VISIBLE_NATIVE * 4 ? still + 1 : 0;
            before = now;
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** Collects, and waits until what was dead has been freed. Returns whether the JVM collects when it is asked to. */
    static boolean collect() {
        long collections = collections();
        long limit = System.nanoTime() + SETTLING;
        // The JVM hands references on in lists, each one whole before the next: the first of these may overtake what
        // is waiting, the second one cannot.
        awaitHandedOn(limit);
        awaitHandedOn(limit);
        while (cleaning() && System.nanoTime() < limit) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        return collections() > collections;
    }

    /**
     * Collects, and waits until a reference that is dead now has come to its queue; not where a JVM was told not to
     * collect when it is asked to.
     */
    private static void awaitHandedOn(long limit) {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        Reference<Object> dead = new PhantomReference<>(new Object(), queue);
        long collections = collections();
        try {
            do {
                System.gc();
            } while (queue.remove(HANDING_ON_MILLIS) == null && System.nanoTime() < limit
                    && collections() > collections);
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

    /** A buffer that is freed between the two looks does not count. */
    private static long nativeMemory() {
        while (true) {
            long direct = MemoryBound.directMemory();
            long resident = ResidentMemory.outsideTheHeap();
            if (MemoryBound.directMemory() == direct) {
                return resident - direct;
            }
        }
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount).sum();
    }
}
