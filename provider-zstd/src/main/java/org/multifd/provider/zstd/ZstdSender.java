package org.multifd.provider.zstd;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;

/**
 * One whole frame for each packet, except for small packets, of which a frame of its own has nothing to refer back to.
 * Those are measured: the first ones of each {@link #CYCLE} are compressed both ways, as frames and as a frame that
 * goes on from packet to packet, and the rest goes the smaller way. A large packet in between ends such a frame.
 *
 * <p>The pages are fed with CONTINUE, which copies them into the context's own input buffer and compresses from there:
 * that is the private copy of provider-contract 2.4, and close frees it with the context. END and FLUSH come with
 * nothing left to read: over the pages themselves they would read live memory more than once.
 */
final class ZstdSender implements MultiFDSender {

    /** Up to this size a packet is small. */
    static final int SMALL_BYTES = 32 * 1024;

    /** So many small packets are one frame at most. */
    static final int CYCLE = 64;

    /** So many of them are measured. */
    static final int MEASURED = 8;

    /** The stream's window is a large packet's, at any level. */
    private static final int WINDOW_LOG = 19;

    private final int level;
    private final boolean standalone;
    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private ZstdCompressCtx stream;
    private ByteBuffer measure;
    /** Small packets in this cycle, and whether the latest of them left its frame open. */
    private int small;
    private boolean open;
    private boolean streamIsSmaller;
    private long streamBytes;
    private long frameBytes;

    /** @param standalone whether each packet is to be a frame of its own */
    ZstdSender(int level, boolean standalone) {
        this.level = level;
        this.standalone = standalone;
        context.setLevel(level);
    }

    @Override
    public void prepare(PageRuns pages, Payload out) throws MultiFDException {
        ByteBuffer payload = out.buffer();
        try {
            if (pages.bytes() <= SMALL_BYTES && !standalone) {
                prepareSmall(pages, payload);
            } else if (open) {
                compress(stream, pages, payload, EndDirective.END);
                open = false;
            } else {
                frame(pages, payload);
            }
        } catch (ZstdException e) {
            throw new MultiFDException("zstd: the pages cannot be compressed: " + e.getMessage(), e);
        }
    }

    private void prepareSmall(PageRuns pages, ByteBuffer payload) throws MultiFDException {
        if (small == 0) {
            streamBytes = 0;
            frameBytes = 0;
        }
        boolean measured = small < MEASURED;
        boolean last = small == CYCLE - 1;
        small = last ? 0 : small + 1;
        if (!measured && !streamIsSmaller) {
            frame(pages, payload);
            return;
        }
        if (measured) {
            measure(pages);
        }
        boolean ends = last || measured && small == MEASURED && !streamIsSmaller;
        if (stream == null) {
            stream = new ZstdCompressCtx().setLevel(level).setWindowLog(WINDOW_LOG);
        }
        int start = payload.position();
        compress(stream, pages, payload, ends ? EndDirective.END : EndDirective.FLUSH);
        open = !ends;
        streamBytes += payload.position() - start;
        if (measured && small < MEASURED) { // the last of them has decided already whether its frame ends
            streamIsSmaller = streamBytes < frameBytes;
        }
    }

    /** What a frame of its own would take. */
    private void measure(PageRuns pages) throws MultiFDException {
        if (measure == null) {
            measure = ByteBuffer.allocateDirect(2 * SMALL_BYTES);
        }
        frame(pages, measure.clear());
        frameBytes += measure.position();
    }

    /** With the size known, window and tables are made for one packet, and not for the level's largest input. */
    private void frame(PageRuns pages, ByteBuffer payload) throws MultiFDException {
        context.setPledgedSrcSize(pages.bytes());
        compress(context, pages, payload, EndDirective.END);
    }

    private static void compress(ZstdCompressCtx with, PageRuns pages, ByteBuffer payload, EndDirective end)
            throws MultiFDException {
        ByteBuffer run = null;
        for (int i = 0; i < pages.runs(); i++) {
            run = pages.buffer(i);
            while (run.hasRemaining()) {
                with.compressDirectByteBufferStream(payload, run, EndDirective.CONTINUE);
                demandRoom(payload);
            }
        }
        while (!with.compressDirectByteBufferStream(payload, run, end)) {
            demandRoom(payload);
        }
    }

    private static void demandRoom(ByteBuffer payload) throws MultiFDException {
        if (!payload.hasRemaining()) {
            throw new MultiFDException("zstd: the pages do not fit the payload of " + payload.limit() + " bytes");
        }
    }

    @Override
    public void close() {
        context.close();
        if (stream != null) {
            stream.close();
        }
    }
}
