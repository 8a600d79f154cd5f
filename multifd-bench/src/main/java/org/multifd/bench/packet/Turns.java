package org.multifd.bench.packet;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.multifd.api.MultiFDException;

/**
 * Times rivals in turns of a few pieces each, a few milliseconds apart: what else the machine does hits all of them
 * alike, so that their ratio holds where their speeds do not. Each turn begins with another rival. Time is the thread's
 * processor time: nothing here waits for anything, and a thread that was put aside did not work.
 */
final class Turns {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Rival[] rivals;
    private final int pieces;
    private final int perTurn;
    private final long[] nanos;
    private final long[] allocated;
    private int first;

    Turns(int pieces, int perTurn, Rival... rivals) {
        this.pieces = pieces;
        this.perTurn = perTurn;
        this.rivals = rivals;
        this.nanos = new long[rivals.length];
        this.allocated = new long[rivals.length];
    }

    /** One pass over all pieces by all rivals. */
    void pass() throws MultiFDException, IOException {
        for (int i = 0; i < rivals.length; i++) {
            rivals[i].begin();
            nanos[i] = 0;
            allocated[i] = 0;
        }
        for (int from = 0; from < pieces; from += perTurn) {
            int to = Math.min(from + perTurn, pieces);
            for (int i = 0; i < rivals.length; i++) {
                turn((first + i) % rivals.length, from, to);
            }
            first = (first + 1) % rivals.length;
        }
    }

    private void turn(int rival, int from, int to) throws MultiFDException, IOException {
        Rival works = rivals[rival];
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long start = THREADS.getCurrentThreadCpuTime();
        for (int piece = from; piece < to; piece++) {
            works.piece(piece);
        }
        nanos[rival] += THREADS.getCurrentThreadCpuTime() - start;
        allocated[rival] += THREADS.getCurrentThreadAllocatedBytes() - bytes;
    }

    /** The last pass's nanoseconds of processor time. */
    long nanos(int rival) {
        return nanos[rival];
    }

    /** Heap bytes that the last pass allocated. */
    long allocated(int rival) {
        return allocated[rival];
    }

    void close() throws MultiFDException {
        for (Rival each : rivals) {
            each.close();
        }
    }
}
