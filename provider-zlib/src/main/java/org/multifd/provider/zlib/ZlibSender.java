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

    private static final byte[] NOTHING = {};

    private final Deflater deflater;
    private final int level;
    private final boolean standalone;
    private int levelNow;

    /** @param standalone whether each packet is to be a stream of its own */
    ZlibSender(int level, boolean standalone) {
        this.deflater = new Deflater(level);
        this.level = level;
        this.levelNow = level;
        this.standalone = standalone;
    }

    /**
     * The level for an effort. Storing is left out: what is stored is read from live memory a second time, to be
     * referred to by what is compressed after it. So a stream that stores goes on to.
     */
    private int level(int effort) {
        return effort == Payload.EFFORT_AS_SET || level == Deflater.NO_COMPRESSION ? level
                : Deflater.BEST_SPEED + (Deflater.BEST_COMPRESSION - Deflater.BEST_SPEED) * effort
                        / Payload.MOST_EFFORT;
    }

    /** The call that follows a change of the level takes no input: it ends what the old level has begun. */
    private void useLevel(int wanted, ByteBuffer payload) {
        if (wanted != levelNow) {
            levelNow = wanted;
            deflater.setLevel(wanted);
            deflater.setInput(NOTHING);
            deflater.deflate(payload, Deflater.NO_FLUSH);
        }
    }

    @Override
    public void prepare(PageRuns pages, Payload out) throws MultiFDException {
        ByteBuffer payload = out.buffer();
        useLevel(level(out.effort()), payload);
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
