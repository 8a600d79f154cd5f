package org.multifd.provider.zlib;

import java.nio.ByteBuffer;
import java.util.zip.Deflater;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;

/**
 * One zlib stream, fed straight from live memory (provider-contract 2.4): deflate copies its input into a window of its
 * own and refers back to nothing else. At level 0 bytes go from the page to the payload once, and no history is
 * referred to.
 *
 * <p>A packet that is to stand alone is a zlib stream of its own, with its end and checksum.
 */
final class ZlibSender implements MultiFDSender {

    private final Deflater deflater;
    private final boolean standalone;

    ZlibSender(int level, boolean standalone) {
        this.deflater = new Deflater(level);
        this.standalone = standalone;
    }

    @Override
    public void prepare(PageRuns pages, Payload out) throws MultiFDException {
        ByteBuffer payload = out.buffer();
        int last = pages.runs() - 1;
        for (int run = 0; run < last; run++) {
            deflate(pages.buffer(run), payload, Deflater.NO_FLUSH);
        }
        if (standalone) {
            deflater.finish();
        }
        deflate(pages.buffer(last), payload, standalone ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH);
        if (standalone) {
            deflater.reset();
        }
    }

    /** A flush is complete when deflate returns with room to spare: without that, bytes are still held back (2.6). */
    private void deflate(ByteBuffer run, ByteBuffer payload, int flush) throws MultiFDException {
        deflater.setInput(run);
        deflater.deflate(payload, flush);
        if (run.hasRemaining() || !payload.hasRemaining()) {
            throw new MultiFDException("zlib: the pages do not fit the payload of " + payload.limit() + " bytes");
        }
    }

    @Override
    public void close() {
        deflater.end();
    }
}
