package org.multifd.provider.pagewise;

import java.nio.ByteBuffer;
import java.util.zip.Deflater;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;

/**
 * Deflates each page on its own, straight from live memory (provider-contract 2.4): deflate copies its input into a
 * window of its own, and nothing refers back across a page's edge. A page that does not shrink goes as it is.
 * With the least effort all pages do, from where they lie.
 */
final class PageSender implements MultiFDSender {

    /** Bytes that an accelerator can look back: larger pages are deflated in parts that do not refer to each other. */
    private static final int WINDOW = 4096;

    private final Deflater deflater;
    private final int pageSize;

    PageSender(Deflater deflater, int pageSize) {
        this.deflater = deflater;
        this.pageSize = pageSize;
    }

    @Override
    public void prepare(PageRuns pages, Payload out) {
        ByteBuffer payload = out.buffer();
        if (out.effort() == Payload.LEAST_EFFORT) {
            for (int page = 0; page < pages.pages(); page++) {
                payload.putInt(pageSize);
            }
            out.appendPages();
            return;
        }
        payload.position(pages.pages() * Integer.BYTES);
        int lengthAt = 0;
        for (int run = 0; run < pages.runs(); run++) {
            ByteBuffer memory = pages.buffer(run);
            int end = memory.limit();
            for (int at = memory.position(); at < end; at += pageSize) {
                payload.putInt(lengthAt, put(memory, at, payload));
                lengthAt += Integer.BYTES;
            }
        }
    }

    /** @return how many bytes of payload the page has become */
    private int put(ByteBuffer memory, int page, ByteBuffer payload) {
        int start = payload.position();
        int limit = payload.limit();
        payload.limit(start + pageSize - 1);
        boolean shrunk = deflate(memory, page, payload);
        payload.limit(limit);
        if (!shrunk) {
            payload.position(start).put(memory.limit(page + pageSize).position(page));
        }
        return payload.position() - start;
    }

    private boolean deflate(ByteBuffer memory, int page, ByteBuffer payload) {
        deflater.reset();
        int last = page + pageSize - WINDOW;
        for (int part = page; part < last; part += WINDOW) {
            deflater.setInput(memory.limit(part + WINDOW).position(part));
            deflater.deflate(payload, Deflater.FULL_FLUSH);
            if (!payload.hasRemaining()) {
                return false;
            }
        }
        deflater.setInput(memory.limit(last + WINDOW).position(last));
        deflater.finish();
        deflater.deflate(payload);
        return deflater.finished();
    }

    @Override
    public void close() {
        deflater.end();
    }
}
