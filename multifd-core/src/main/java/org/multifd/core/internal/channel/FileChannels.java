package org.multifd.core.internal.channel;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.transport.Threads;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * The channels of a migration to or from a file. Each page has its place there, so nothing is queued and nothing kept
 * in order: in a pass over RAM the channels take the next stretch until none is left.
 *
 * <p>Nobody interrupts their threads: it would close the file under the others.
 */
public final class FileChannels implements AutoCloseable {

    private final RamBlocks blocks;
    private final boolean writes;
    private final int stretchPages;
    /** The number of the stretches before each block; at the end, of all. */
    private final long[] before;
    private final AtomicLong next = new AtomicLong();
    private final List<? extends StretchWorker> workers;
    private final Failure failure;
    private final List<Thread> threads = new ArrayList<>();
    private int pass;
    private int busy;
    private boolean closed;

    /**
     * @param name of the threads, with the channel's id behind it
     * @param writes whether the workers write the blocks' memory, or read it
     */
    public FileChannels(String name, RamBlocks blocks, boolean writes, List<? extends StretchWorker> workers,
            Failure failure) {
        this.writes = writes;
        this.blocks = blocks;
        this.stretchPages = PacketHeader.pageCount(blocks.pageSize());
        this.before = new long[blocks.count() + 1];
        for (int i = 0; i < blocks.count(); i++) {
            before[i + 1] = before[i] + (blocks.get(i).pages() + stretchPages - 1) / stretchPages;
        }
        this.workers = List.copyOf(workers);
        this.failure = failure;
        for (int i = 0; i < workers.size(); i++) {
            StretchWorker worker = workers.get(i);
            int channel = i;
            Thread thread = new Thread(() -> run(channel, worker), name + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        failure.onFailure(this::wake);
    }

    /** Starts the threads. */
    public void start() {
        threads.forEach(Thread::start);
    }

    /** Has every stretch of RAM handled once; returns when all are, or throws when one failed. For the main thread. */
    public void pass() throws IOException {
        next.set(0);
        synchronized (this) {
            pass++;
            busy = threads.size();
            notifyAll();
            while (busy > 0 && failure.first() == null) {
                Threads.await(this, 0, "interrupted while waiting for the channels");
            }
        }
        failure.check();
    }

    private synchronized void wake() {
        notifyAll();
    }

    private void run(int channel, StretchWorker worker) {
        try {
            for (int seen = 0; awaitPass(seen); seen++) {
                work(worker);
                worker.endOfPass();
                endPass();
            }
        } catch (Throwable e) { // whatever it is ends the migration and is reported
            failure.fail(e);
        }
        ChannelThread.close(channel, worker::close, failure);
    }

    /** False if there is none any more. */
    private synchronized boolean awaitPass(int seen) throws InterruptedException {
        while (pass == seen && !closed) {
            wait();
        }
        return !closed;
    }

    private synchronized void endPass() {
        busy--;
        notifyAll();
    }

    private void work(StretchWorker worker) throws IOException {
        int block = 0;
        long stretch;
        while (failure.first() == null && (stretch = next.getAndIncrement()) < before[blocks.count()]) {
            while (stretch >= before[block + 1]) {
                block++;
            }
            long page = (stretch - before[block]) * stretchPages;
            int pages = (int) Math.min(stretchPages, blocks.get(block).pages() - page);
            try {
                worker.stretch(block, page * blocks.pageSize(), pages);
            } catch (RuntimeException e) {
                failure.fail(GuestMemory.blame(e, blocks.get(block), writes));
            }
        }
    }

    public int count() {
        return workers.size();
    }

    public ChannelStats stats(int channel) {
        return workers.get(channel).stats();
    }

    /** Ends the threads; what is in the middle of a stretch ends it first. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        threads.forEach(Threads::join);
    }
}
