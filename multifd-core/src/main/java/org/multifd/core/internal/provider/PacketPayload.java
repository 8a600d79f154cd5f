package org.multifd.core.internal.provider;

import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.core.internal.wire.PacketHeader;

/** One sending channel's payload, used again for each packet. */
final class PacketPayload implements Payload {

    private ByteBuffer buffer;
    private boolean pages;
    private int bytes;

    void reset() {
        pages = false;
        if (buffer != null) {
            buffer.clear();
        }
    }

    @Override
    public ByteBuffer buffer() {
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(PacketHeader.PAYLOAD_LIMIT);
        }
        return buffer;
    }

    @Override
    public void appendPages() {
        if (buffer != null && buffer.position() > 0) {
            throw new IllegalStateException("appendPages after " + buffer.position()
                    + " bytes were put into the payload's buffer, expected one of the two");
        }
        pages = true;
    }

    /**
     * The payload as buffers from index 1 on of what is returned; index 0 is left for the header.
     *
     * @return how many buffers, from index 1
     */
    int finish(PageRuns runs, ByteBuffer[] into) throws MultiFDException {
        int put = buffer == null ? 0 : buffer.position();
        if (pages) {
            if (put > 0) {
                throw new MultiFDException("the method put " + put
                        + " bytes and the pages, expected one of the two (rule 2.3)");
            }
            bytes = runs.bytes();
            for (int run = 0; run < runs.runs(); run++) {
                into[run + 1] = runs.buffer(run);
            }
            return runs.runs();
        }
        if (put == 0) {
            throw new MultiFDException("the method made a payload of 0 bytes, expected 1.." + PacketHeader.PAYLOAD_LIMIT
                    + " (rule 2.3)");
        }
        bytes = put;
        into[1] = buffer.flip();
        return 1;
    }

    int bytes() {
        return bytes;
    }
}
