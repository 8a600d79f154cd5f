package org.multifd.provider.zstd;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;

/**
 * A stream of frames, cut into packets anywhere: QEMU's one frame that goes on from packet to packet, one frame for
 * each packet, and whatever lies between. zstd decodes a whole frame straight into a run that holds it, without a copy.
 */
final class ZstdReceiver implements MultiFDReceiver {

    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private final ByteBuffer beyond = ByteBuffer.allocateDirect(1);
    private boolean inFrame;

    @Override
    public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
        ByteBuffer payload = in.buffer();
        try {
            int filled = 0;
            for (int i = 0; i < pages.runs(); i++) {
                ByteBuffer run = pages.buffer(i);
                int bytes = run.remaining();
                while (run.hasRemaining()) {
                    if (!decode(run, payload)) {
                        throw new MultiFDException("zstd: the payload of " + in.length() + " bytes ended after "
                                + (filled + bytes - run.remaining()) + " of " + pages.bytes() + " bytes of pages");
                    }
                }
                filled += bytes;
            }
            end(pages, payload);
        } catch (ZstdException e) {
            throw new MultiFDException("zstd: the payload is corrupt: " + e.getMessage(), e);
        }
    }

    /**
     * When the last page is full, a frame's end can still be unread, and zstd can hold decoded bytes that no page is
     * left for: asking for one byte more tells.
     */
    private void end(PageRuns pages, ByteBuffer payload) throws MultiFDException {
        beyond.clear();
        while (decode(beyond, payload)) {
            if (!beyond.hasRemaining()) {
                throw new MultiFDException("zstd: the payload decodes to more than the " + pages.bytes()
                        + " bytes of its pages");
            }
        }
    }

    /** Decodes within one frame; false if there was nothing to go on with. */
    private boolean decode(ByteBuffer to, ByteBuffer payload) throws MultiFDException {
        if (!inFrame) {
            if (!payload.hasRemaining()) {
                return false;
            }
            FrameHeader.check(payload);
        }
        int room = to.remaining();
        int left = payload.remaining();
        inFrame = !context.decompressDirectByteBufferStream(to, payload);
        return to.remaining() < room || payload.remaining() < left;
    }

    @Override
    public void close() {
        context.close();
    }
}
