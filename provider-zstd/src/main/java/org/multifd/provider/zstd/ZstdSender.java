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
 * One whole frame for each packet. The pages are fed with CONTINUE, which copies them into the context's own input
 * buffer and compresses from there: that is the private copy of provider-contract 2.4, and close frees it with the
 * context. END comes with nothing left to read: over the pages themselves it would read live memory more than once.
 */
final class ZstdSender implements MultiFDSender {

    private final ZstdCompressCtx context = new ZstdCompressCtx();

    ZstdSender(int level) {
        context.setLevel(level);
    }

    @Override
    public void prepare(PageRuns pages, Payload out) throws MultiFDException {
        ByteBuffer payload = out.buffer();
        try {
            // With the size known, window and tables are made for one packet, and not for the level's largest input.
            context.setPledgedSrcSize(pages.bytes());
            ByteBuffer run = null;
            for (int i = 0; i < pages.runs(); i++) {
                run = pages.buffer(i);
                while (run.hasRemaining()) {
                    context.compressDirectByteBufferStream(payload, run, EndDirective.CONTINUE);
                    demandRoom(payload);
                }
            }
            while (!context.compressDirectByteBufferStream(payload, run, EndDirective.END)) {
                demandRoom(payload);
            }
        } catch (ZstdException e) {
            throw new MultiFDException("zstd: the pages cannot be compressed: " + e.getMessage(), e);
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
    }
}
