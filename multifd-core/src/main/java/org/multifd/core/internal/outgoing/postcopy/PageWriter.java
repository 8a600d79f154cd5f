package org.multifd.core.internal.outgoing.postcopy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.stream.PostcopyWriter;

/**
 * The main stream, which two threads write: pages in the background, a chunk at a time, and pages that the guest waits
 * for. The lock is fair, so that the latter wait for one chunk at most.
 */
final class PageWriter {

    private final ReentrantLock lock = new ReentrantLock(true);
    private final PostcopyWriter stream;
    private final RamBlocks blocks;
    private final SentPages sent;
    private boolean finished;

    /** Writes commands. */
    interface Commands {
        void write(PostcopyWriter stream) throws IOException;
    }

    PageWriter(PostcopyWriter stream, RamBlocks blocks, SentPages sent) {
        this.stream = stream;
        this.blocks = blocks;
        this.sent = sent;
    }

    void write(Commands commands) throws IOException {
        lock.lock();
        try {
            commands.write(stream);
            stream.flush();
        } finally {
            lock.unlock();
        }
    }

    /** Writes those pages of a block that have not been sent, and a ping. Returns how many were written. */
    int chunk(int block, long[] offsets, int count, RamRuns runs, Window window) throws IOException {
        RamBlock of = blocks.get(block);
        int pageSize = of.pageSize();
        lock.lock();
        try {
            int page = 0;
            int written = 0;
            stream.begin();
            for (int run = 0; run < runs.runs(); run++) {
                ByteBuffer content = runs.buffer(run);
                int end = content.limit();
                for (int at = content.position(); at < end; at += pageSize) {
                    if (sent.mark(block, offsets[page])) {
                        stream.page(of, offsets[page], content.limit(at + pageSize).position(at));
                        written++;
                    }
                    content.limit(end);
                    page++;
                }
            }
            stream.end();
            stream.ping(window.next());
            stream.flush();
            return written;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes a page that was asked for, unless it has been sent.
     *
     * @param content null for a zero page
     * @return whether it was written
     */
    boolean urgent(int block, long offset, ByteBuffer content) throws IOException {
        lock.lock();
        try {
            if (finished || !sent.mark(block, offset)) {
                return false;
            }
            stream.begin();
            if (content == null) {
                stream.zeroPage(blocks.get(block), offset);
            } else {
                stream.page(blocks.get(block), offset, content);
            }
            stream.end();
            stream.flush();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Writes the end of the stream; nothing follows it. */
    void finish() throws IOException {
        lock.lock();
        try {
            finished = true;
            stream.finish();
            stream.flush();
        } finally {
            lock.unlock();
        }
    }
}
