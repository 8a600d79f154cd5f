package org.multifd.bench.packet;

import java.nio.ByteBuffer;
import org.multifd.api.Payload;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * A sending channel's payload that ends in memory. Pages appended are gathered with one copy, as the kernel's in a
 * gathering write; a payload in the buffer stays there, since its way into the socket is no work of the method's.
 */
final class BufferPayload implements Payload {

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(PacketHeader.PAYLOAD_LIMIT);
    private boolean pages;

    void reset() {
        buffer.clear();
        pages = false;
    }

    @Override
    public ByteBuffer buffer() {
        return buffer;
    }

    @Override
    public void appendPages() {
        pages = true;
    }

    /** @return the payload, position to limit; the same buffer each time */
    ByteBuffer finish(RamRuns runs) {
        if (pages) {
            runs.copyTo(buffer);
        }
        return buffer.flip();
    }
}
