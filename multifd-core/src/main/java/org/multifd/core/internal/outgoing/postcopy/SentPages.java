package org.multifd.core.internal.outgoing.postcopy;

import org.multifd.core.internal.ram.PageBitmap;
import org.multifd.core.internal.ram.RamBlocks;

/**
 * Which pages have been written to the destination, or are there: a page is sent once. There are two states, not sent
 * and sent; a page that was asked for is written by the thread that reads the request, so none is ever queued. For use
 * by any thread.
 */
final class SentPages {

    private final PageBitmap[] sent;
    private final int pageSize;

    SentPages(RamBlocks blocks) {
        pageSize = blocks.pageSize();
        sent = new PageBitmap[blocks.count()];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = new PageBitmap(blocks.get(i).pages());
        }
    }

    boolean has(int block, long offset) {
        return sent[block].get(offset / pageSize);
    }

    /** Marks a page. Returns false if it had its mark. */
    synchronized boolean mark(int block, long offset) {
        if (has(block, offset)) {
            return false;
        }
        sent[block].set(offset / pageSize);
        return true;
    }

    /** Marks the pages that the destination has. */
    void markAll(int block, PageBitmap received) {
        for (int word = 0; word < received.words(); word++) {
            sent[block].add(word, received.word(word));
        }
    }
}
