package com.example.multifd.zstd;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;

/** One channel's stream of frames, whole ones or one that goes on from packet to packet, as QEMU sends it. */
final class ZstdJavaReceiver implements MultiFDReceiver {

    private final FrameDecoder decoder = new FrameDecoder();

    @Override
    public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
        ByteBuffer payload = in.buffer();
        int decoded;
        try {
            decoded = decoder.decode(payload, pages.bytes());
        } catch (IndexOutOfBoundsException e) {
            throw new MultiFDException("zstd: the payload of " + in.length() + " bytes is corrupt", e);
        }
        if (decoded < pages.bytes()) {
            throw new MultiFDException("zstd: the payload of " + in.length() + " bytes ended after " + decoded + " of "
                    + pages.bytes() + " bytes of pages");
        }
        pages.copyFrom(ByteBuffer.wrap(decoder.output(), decoder.outputEnd() - decoded, decoded));
    }

    @Override
    public void close() {
        // nothing but memory of the heap
    }
}
