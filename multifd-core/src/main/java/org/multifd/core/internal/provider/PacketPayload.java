package org.multifd.core.internal.provider;

import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.core.internal.wire.PacketHeader;

/** One sending channel's payload, used again for each packet. */
final class PacketPayload implements Payload {

    /** How many bytes stood before the pages, if they were not appended. */
    private static final int NO_PAGES = -1;

    private final Effort wanted;
    private ByteBuffer buffer;
    private int head;
    private int effort;
    private int bytes;

    /** @param wanted how hard to compress, looked at once for each packet */
    PacketPayload(Effort wanted) {
        this.wanted = wanted;
    }

    void reset() {
        head = NO_PAGES;
        effort = wanted.get();
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
        head = put();
    }

    @Override
    public int effort() {
        return effort;
    }

    private int put() {
        return buffer == null ? 0 : buffer.position();
    }

    /**
     * The payload as buffers from index 1 on of what is returned; index 0 is left for the header.
     *
     * @return how many buffers, from index 1
     */
    int finish(PageRuns runs, ByteBuffer[] into) throws MultiFDException {
        int put = put();
        boolean pages = head != NO_PAGES;
        if (pages && put != head) {
            throw new MultiFDException("the method put " + (put - head)
                    + " bytes behind the pages, expected the pages last (rule 2.3)");
        }
        bytes = put + (pages ? runs.bytes() : 0);
        if (bytes == 0 || bytes > PacketHeader.PAYLOAD_LIMIT) {
            throw new MultiFDException("the method made a payload of " + bytes + " bytes, expected 1.."
                    + PacketHeader.PAYLOAD_LIMIT + " (rule 2.3)");
        }
        int buffers = 0;
        if (put > 0) {
            into[++buffers] = buffer.flip();
        }
        for (int run = 0; pages && run < runs.runs(); run++) {
            into[++buffers] = runs.buffer(run);
        }
        return buffers;
    }

    int bytes() {
        return bytes;
    }
}
