package org.multifd.core.internal.channel;

import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.wire.PacketHeader;

/** One method's sender and receiver back to back, without a connection: what one payload is made of, the other reads. */
public final class TrialChannel implements AutoCloseable {

    private final MultiFDSender sender;
    private final MultiFDReceiver receiver;
    private final LongSupplier clock;
    private final PacketPayload payload = new PacketPayload();
    private final ByteBuffer[] packet;
    private final Source source = new Source();
    private long payloadBytes;
    private long sendNanos;
    private long receiveNanos;

    /** @param clock nanoseconds, by whatever is to be counted */
    public TrialChannel(MultiFDSender sender, MultiFDReceiver receiver, int pageSize, LongSupplier clock) {
        this.sender = sender;
        this.receiver = receiver;
        this.clock = clock;
        this.packet = new ByteBuffer[PacketHeader.pageCount(pageSize) + 1];
    }

    /** A payload that is in memory. */
    private static final class Source implements PayloadSource {

        private final Map<ByteBuffer, ByteBuffer> views = new IdentityHashMap<>();
        private ByteBuffer view;
        private boolean read;

        void take(ByteBuffer bytes) {
            view = views.computeIfAbsent(bytes, ByteBuffer::asReadOnlyBuffer).clear().limit(bytes.limit());
            read = false;
        }

        @Override
        public int length() {
            return view.limit();
        }

        @Override
        public ByteBuffer buffer() {
            read = true;
            return view;
        }

        @Override
        public void readInto(PageRuns pages) throws MultiFDException {
            if (length() != pages.bytes()) {
                throw new MultiFDException("payload: received " + length() + " bytes, expected " + pages.bytes() + " for "
                        + pages.pages() + " pages");
            }
            read = true;
            pages.copyFrom(view);
        }

        void checkConsumed() throws MultiFDException {
            if (!read || view.hasRemaining()) {
                throw new MultiFDException("payload: the method left " + view.remaining() + " of " + length()
                        + " bytes unread, expected 0 (rule 3.2)");
            }
        }
    }

    /** One packet there and back; then compares. */
    public void packet(RamRuns from, RamRuns to) throws Exception {
        long start = clock.getAsLong();
        payload.reset();
        sender.prepare(from, payload);
        int buffers = payload.finish(from, packet);
        long sent = clock.getAsLong();
        ByteBuffer wire = packet[1];
        if (wire == from.buffer(0)) {
            // the pages themselves: the socket's copy, which is not the method's matter
            wire = payload.buffer().clear();
            from.copyTo(wire);
            wire.flip();
        } else if (buffers != 1) {
            throw new IllegalStateException("a payload of " + buffers + " buffers that are not the pages");
        }
        source.take(wire);
        long arrived = clock.getAsLong();
        receiver.recv(to, source);
        source.checkConsumed();
        receiveNanos += clock.getAsLong() - arrived;
        sendNanos += sent - start;
        payloadBytes += wire.limit();
        compare(from, to);
    }

    private static void compare(RamRuns from, RamRuns to) throws MultiFDException {
        for (int run = 0; run < from.runs(); run++) {
            if (from.buffer(run).mismatch(to.buffer(run)) >= 0) {
                throw new MultiFDException("the pages that arrived differ from those sent");
            }
        }
    }

    public long payloadBytes() {
        return payloadBytes;
    }

    public long sendNanos() {
        return sendNanos;
    }

    public long receiveNanos() {
        return receiveNanos;
    }

    /** What was measured so far does not count: it was cold. */
    public void forget() {
        payloadBytes = 0;
        sendNanos = 0;
        receiveNanos = 0;
    }

    @Override
    public void close() throws MultiFDException {
        try {
            receiver.close();
        } finally {
            sender.close();
        }
    }
}
