package org.multifd.core.internal.channel;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.BitSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.multifd.core.internal.wire.WireException;

/**
 * Keeps rounds apart on the receiving side (wire-format 6): a channel that read SYNC stops until main reaches its mark,
 * main at its mark waits for a SYNC on every channel.
 */
public final class SyncBarrier {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final int channels;
    private final BitSet arrived = new BitSet();
    private final BitSet ended = new BitSet();
    private final Failure failure;
    private boolean finished;
    private long marks;

    public SyncBarrier(int channels, Failure failure) {
        this.channels = channels;
        this.failure = failure;
        failure.onFailure(this::wake);
    }

    /** A channel read SYNC: waits for main. False when there is nothing more to read. */
    boolean arrive(int channel) throws Failure.Aborted {
        lock.lock();
        try {
            arrived.set(channel);
            changed.signalAll();
            while (arrived.get(channel) && !finished) {
                failure.check();
                changed.awaitUninterruptibly();
            }
            return !finished;
        } finally {
            lock.unlock();
        }
    }

    /** A channel's stream ended between packets: right after the last mark, an error when main waits for it. */
    void ended(int channel) {
        lock.lock();
        try {
            ended.set(channel);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Main is at a mark: waits for every channel, then lets all go on. */
    public void awaitAll() throws IOException {
        FlightEvents.SyncWait event = FlightEvents.syncWait();
        lock.lock();
        try {
            while (arrived.cardinality() < channels) {
                failure.check();
                int missing = firstEnded();
                if (missing >= 0) {
                    throw new WireException("channel " + missing + ": received end of stream before the SYNC of mark "
                            + (marks + 1) + " on the main channel, expected SYNC; the source stopped in the middle "
                            + "of the migration");
                }
                changed.await();
            }
            marks++;
            arrived.clear();
            changed.signalAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the SYNC of mark " + (marks + 1));
        } finally {
            lock.unlock();
        }
        FlightEvents.finish(event, false, channels);
    }

    /** The first channel whose stream has ended, or -1. */
    int anyEnded() {
        lock.lock();
        try {
            return ended.nextSetBit(0);
        } finally {
            lock.unlock();
        }
    }

    private int firstEnded() {
        for (int i = ended.nextSetBit(0); i >= 0; i = ended.nextSetBit(i + 1)) {
            if (!arrived.get(i)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Main has read all: waits for the ends of the channels, but not longer than this. A SYNC beyond the last mark
     * tells that the two sides do not count alike, so that the pages of the last round may still be unread.
     */
    void awaitEnds(long nanos) throws IOException {
        long left = nanos;
        lock.lock();
        try {
            while (true) {
                failure.check();
                if (!arrived.isEmpty()) {
                    throw new WireException("channel " + arrived.nextSetBit(0) + ": received a SYNC after mark " + marks
                            + ", the last one on the main channel, expected the end of the stream");
                }
                if (ended.cardinality() == channels || left <= 0) {
                    return;
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the ends of the channels");
        } finally {
            lock.unlock();
        }
    }

    /** Main has all it needs: whoever waits ends. */
    void finish() {
        lock.lock();
        try {
            finished = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
