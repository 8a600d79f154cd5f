package org.multifd.tck.internal.rule;

import com.sun.management.ThreadMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.multifd.tck.internal.data.Content;
import org.multifd.tck.internal.data.Layout;
import org.multifd.tck.internal.harness.Incoming;
import org.multifd.tck.internal.harness.ProcessStatus;
import org.multifd.tck.internal.harness.Rounds;
import org.multifd.tck.internal.harness.TestPages;
import org.multifd.tck.internal.harness.Trial;
import org.multifd.tck.internal.harness.Words;

/**
 * Provider-contract 3.4: what a payload claims does not decide how much memory is taken. Seen are the heap that the
 * receiving thread allocates, the pool of direct buffers and, on Linux, the process's native memory when {@code recv}
 * has ended; not what native code took and gave back meanwhile, nor what other threads of the method's allocate.
 */
final class MemoryBound {

    /** The largest history that a method may keep, zstd's window of 2^25 bytes, and as much again for all the rest. */
    static final long BOUND = 64L << 20;

    private static final int CLAIMING_BYTES = 12;

    private MemoryBound() {
    }

    static String check(Trial trial) {
        trial.gate();
        Recording sent = new Recording(trial, 8, 3, Content.MIXED, -1);
        List<byte[]> payloads = new ArrayList<>(trial.subject().hostilePayloads());
        payloads.addAll(Mutation.claims(sent.payload(0), CLAIMING_BYTES));
        Rounds rounds = trial.rounds(payloads.size());
        while (rounds.next()) {
            int number = rounds.done() - 1;
            String where = "claim " + number + " of " + payloads.size();
            trial.watch().enter(() -> where);
            // The process's memory moves for other reasons too: only what happens each time is the method's.
            String taken = tooMuch(trial, payloads.get(number));
            for (int again = 0; taken != null && again < 2; again++) {
                taken = tooMuch(trial, payloads.get(number));
            }
            if (taken != null) {
                throw trial.failed("recv took " + taken + " for a payload of " + payloads.get(number).length
                        + " bytes (" + where + "); allowed are " + Words.size(BOUND));
            }
        }
        return Words.joined(rounds.done() + " claims" + (ProcessStatus.readable()
                ? "; native memory given back before recv returned, "
                : "; native memory (Linux only) ") + "and other threads' are not seen", rounds.note("claims"));
    }

    private static String tooMuch(Trial trial, byte[] payload) {
        TestPages to = trial.recvPages(4096, 8, Layout.ONE_RUN);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long nativeBefore = nativeMemory();
        long directBefore = directMemory();
        try (Incoming incoming = trial.incoming(trial.params(0, 4096))) {
            trial.source().load(payload, to);
            long heapBefore = threads.getCurrentThreadAllocatedBytes();
            incoming.attempt(to);
            long heap = threads.getCurrentThreadAllocatedBytes() - heapBefore;
            long direct = directMemory() - directBefore;
            if (heap > BOUND) {
                return Words.size(heap) + " of heap";
            }
            if (direct > BOUND) {
                return Words.size(direct) + " of direct buffers";
            }
            long outside = nativeMemory() - nativeBefore;
            return outside > BOUND ? Words.size(outside) + " of native memory" : null;
        }
    }

    static long directMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct")).mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
    }

    private static long nativeMemory() {
        return ProcessStatus.readable() ? ProcessStatus.bytes("VmData") - Runtime.getRuntime().totalMemory() : 0;
    }
}
