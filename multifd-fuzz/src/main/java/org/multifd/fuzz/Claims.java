package org.multifd.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Predicate;

/** What holds whatever the bytes are; a target that finds it broken ends with an error. */
final class Claims {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int LONGEST_MESSAGE = 4096;
    private static final int TURNS = 5;

    private Claims() {
    }

    /**
     * Whether the bytes are valid. What they claim does not make this thread allocate more than that; the first time a
     * class is used, and instrumented, is not theirs, so only what comes again counts.
     */
    static boolean check(byte[] data, long heap, Predicate<byte[]> accepts) {
        for (int turn = 1;; turn++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            boolean accepted = accepts.test(data);
            long used = THREADS.getCurrentThreadAllocatedBytes() - before;
            if (used <= heap) {
                return accepted;
            }
            hold(turn < TURNS, "heap: " + used + " bytes, expected at most " + heap);
        }
    }

    static void hold(boolean claim, String what) {
        if (!claim) {
            throw new IllegalStateException(what);
        }
    }

    /** A refusal is one line that a terminal shows as it is, whatever the peer put into it. */
    static void line(Throwable refusal) {
        String message = refusal.getMessage();
        hold(message != null && !message.isEmpty() && message.length() <= LONGEST_MESSAGE, "message: " + message);
        hold(message.chars().allMatch(c -> c >= ' ' && c < 127), "message with control or foreign characters: "
                + message);
    }
}
