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
 * Scattered pages are decoded beside each other first: zstd hands out what no run can hold in small pieces, from a
 * buffer of its own.
 */
final class ZstdReceiver implements MultiFDReceiver {

    /** Bytes on average. Measured: from here on the pages themselves are as fast. */
    private static final int LONG_RUN = 32 * 1024;

    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private final ByteBuffer beyond = ByteBuffer.allocateDirect(1);
    private final int packetBytes;
    private final boolean standalone;
    private ByteBuffer scratch;
    private boolean inFrame;

    /** @param standalone whether a frame must end with its packet */
    ZstdReceiver(int packetBytes, boolean standalone) {
        this.packetBytes = packetBytes;
        this.standalone = standalone;
    }

    @Override
    public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
        ByteBuffer payload = in.buffer();
        try {
            if (pages.runs() == 1 || pages.bytes() / pages.runs() >= LONG_RUN) {
                int filled = 0;
                for (int run = 0; run < pages.runs(); run++) {
                    filled = fill(pages.buffer(run), filled, pages, payload, in.length());
                }
            } else {
                if (scratch == null) {
                    scratch = ByteBuffer.allocateDirect(packetBytes);
                }
                fill(scratch.clear().limit(pages.bytes()), 0, pages, payload, in.length());
                pages.copyFrom(scratch.flip());
            }
            end(pages, payload);
        } catch (ZstdException e) {
            throw new MultiFDException("zstd: the payload is corrupt: " + e.getMessage(), e);
        }
    }

    /** @return how many bytes are filled now */
    private int fill(ByteBuffer memory, int before, PageRuns pages, ByteBuffer payload, int length)
            throws MultiFDException {
        int bytes = memory.remaining();
        while (memory.hasRemaining()) {
            if (!decode(memory, payload)) {
                throw new MultiFDException("zstd: the payload of " + length + " bytes ended after "
                        + (before + bytes - memory.remaining()) + " of " + pages.bytes() + " bytes of pages");
            }
        }
        return before + bytes;
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
        if (standalone && inFrame) {
            throw new MultiFDException("zstd: the payload ends within a frame, expected whole frames in a packet that "
                    + "stands alone");
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
