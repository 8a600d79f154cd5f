package org.multifd.core.internal.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.wire.PacketHeader;

/** One receiving channel's payload, used again for each packet. Checks that the method consumes exactly all of it. */
public final class PacketPayloadSource implements PayloadSource {

    private final Connection connection;
    private ByteBuffer buffer;
    private ByteBuffer view;
    private int length;
    private boolean buffered;
    private boolean direct;
    private long readNanos;

    public PacketPayloadSource(Connection connection) {
        this.connection = connection;
    }

    public void reset(int ofLength) {
        length = ofLength;
        buffered = false;
        direct = false;
        readNanos = 0;
    }

    /** Time spent waiting for the socket since the reset. */
    public long readNanos() {
        return readNanos;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public ByteBuffer buffer() throws IOException {
        if (buffered) {
            return view;
        }
        if (direct) {
            throw new IllegalStateException("the payload was already read into the pages");
        }
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(PacketHeader.PAYLOAD_LIMIT);
            view = buffer.asReadOnlyBuffer();
        }
        buffered = true;
        long start = System.nanoTime();
        connection.readFully(buffer.clear().limit(length), "a payload");
        readNanos = System.nanoTime() - start;
        return view.clear().limit(length);
    }

    @Override
    public void readInto(PageRuns pages) throws MultiFDException, IOException {
        if (length != pages.bytes()) {
            throw new MultiFDException("payload: received " + length + " bytes, expected " + pages.bytes() + " for "
                    + pages.pages() + " pages");
        }
        if (buffered || direct) {
            throw new IllegalStateException("the payload was already read");
        }
        direct = true;
        long start = System.nanoTime();
        connection.readFully(((RamRuns) pages).buffers(), 1, pages.runs(), "a payload");
        readNanos = System.nanoTime() - start;
    }

    /** Rule 3.2: nothing left over. */
    public void checkConsumed() throws MultiFDException {
        if (!buffered && !direct) {
            throw new MultiFDException("payload: the method read 0 of " + length + " bytes, expected all (rule 3.2)");
        }
        if (buffered && view.hasRemaining()) {
            throw new MultiFDException("payload: the method left " + view.remaining() + " of " + length
                    + " bytes unread, expected 0 (rule 3.2)");
        }
    }
}
