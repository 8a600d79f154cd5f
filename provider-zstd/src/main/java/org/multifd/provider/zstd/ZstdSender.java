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

    /** The fastest level that an effort stands for, and the smallest: those above need more memory at both ends. */
    private static final int FASTEST = -5;
    private static final int SMALLEST = 19;

    private final int level;
    private final boolean standalone;
    /** The level that frames are made with now. */
    private int frameLevel;
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
        this.frameLevel = level;
        context.setLevel(level);
    }

    /** An effort of 0 is zstd's fastest level here, 100 its smallest. */
    private static int level(int effort) {
        return FASTEST + (SMALLEST - FASTEST) * effort / Payload.MOST_EFFORT;
    }

    @Override
    public void prepare(PageRuns pages, Payload out) throws MultiFDException {
        ByteBuffer payload = out.buffer();
        boolean asSet = out.effort() == Payload.EFFORT_AS_SET;
        try {
            if (pages.bytes() <= SMALL_BYTES && !standalone && asSet) {
                prepareSmall(pages, payload);
            } else if (open) {
                compress(stream, pages, payload, EndDirective.END);
                open = false;
            } else {
                useLevel(asSet ? level : level(out.effort()));
                frame(pages, payload);
            }
        } catch (ZstdException e) {
            throw new MultiFDException("zstd: the pages cannot be compressed: " + e.getMessage(), e);
        }
    }

    private void useLevel(int wanted) {
        if (frameLevel != wanted) {
            frameLevel = wanted;
            context.setLevel(wanted);
        }
    }

    private void prepareSmall(PageRuns pages, ByteBuffer payload) throws MultiFDException {
        useLevel(level);
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
