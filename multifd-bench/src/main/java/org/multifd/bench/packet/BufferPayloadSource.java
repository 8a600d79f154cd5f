package org.multifd.bench.packet;

import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;

/** A receiving channel's payload that is in memory already. Reading into the pages is one copy, as the kernel's. */
final class BufferPayloadSource implements PayloadSource {

    private ByteBuffer payload;
    private int length;

    /** @param whole a direct buffer, read-only, from 0 to its capacity */
    void reset(ByteBuffer whole) {
        payload = whole.clear();
        length = whole.capacity();
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public ByteBuffer head(int bytes) {
        payload.position(bytes);
        return payload.slice(0, bytes);
    }

    @Override
    public ByteBuffer buffer() {
        return payload;
    }

    @Override
    public void readInto(PageRuns pages) throws MultiFDException {
        if (payload.remaining() != pages.bytes()) {
            throw new MultiFDException("payload: received " + payload.remaining() + " bytes, expected "
                    + pages.bytes());
        }
        pages.copyFrom(payload);
    }

    void checkConsumed() throws MultiFDException {
        if (payload.hasRemaining()) {
            throw new MultiFDException("payload: the method left " + payload.remaining() + " of " + length
                    + " bytes unread");
        }
    }
}
