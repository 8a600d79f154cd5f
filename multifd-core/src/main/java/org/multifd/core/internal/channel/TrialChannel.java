package org.multifd.core.internal.channel;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.multifd.api.MultiFDException;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.wire.PacketHeader;
import org.multifd.core.internal.wire.WireException;

/**
 * One method's sender and receiver back to back, without a connection: what one payload is made of, the other reads.
 */
public final class TrialChannel {

    private static final int ID = 0;

    private final String method;
    private final int pageSize;
    private final LongSupplier clock;
    private final PacketEncoder encoder;
    private final PacketDecoder decoder;
    private final PacketHeader header;
    private final ByteBuffer[] packet;
    private final ByteBuffer copy = ByteBuffer.allocateDirect(PacketHeader.PACKET_BYTES);
    private final Memory input = new Memory();
    private long packets;
    private long payloadBytes;
    private long sendNanos;
    private long receiveNanos;

    /** @param clock nanoseconds, by whatever is to be counted */
    public TrialChannel(Seats seats, String method, int pageSize, LongSupplier clock) throws MigrationException {
        this.method = method;
        this.pageSize = pageSize;
        this.clock = clock;
        this.encoder = new PacketEncoder(seats.take(method, this::place));
        this.decoder = new PacketDecoder(new ReceiveMethod(List.of(), () -> seats), ID, pageSize, input, this::place);
        this.header = new PacketHeader(pageSize);
        this.packet = new ByteBuffer[PacketHeader.pageCount(pageSize) + 1];
    }

    private String place() {
        return "packet " + packets;
    }

    public void setUp() throws WireException, MigrationException {
        encoder.setUp(ID, pageSize);
        decoder.setUp(method);
    }

    /** A payload that is in memory. */
    private static final class Memory implements PayloadInput {

        private final Map<ByteBuffer, ByteBuffer> views = new IdentityHashMap<>();
        private ByteBuffer view;

        void take(ByteBuffer bytes) {
            view = views.computeIfAbsent(bytes, ByteBuffer::asReadOnlyBuffer).clear().limit(bytes.limit());
        }

        @Override
        public ByteBuffer read(int length) throws EOFException {
            if (view.remaining() != length) {
                throw new EOFException("received " + view.remaining() + " bytes of a payload, expected " + length);
            }
            return view;
        }

        @Override
        public void readInto(ByteBuffer[] buffers, int from, int count) {
            for (int i = from; i < from + count; i++) {
                buffers[i].put(buffers[i].position(), view, view.position(), buffers[i].remaining());
                view.position(view.position() + buffers[i].remaining());
            }
        }
    }

    /** One packet there and back; then compares. */
    public void packet(RamRuns from, RamRuns to) throws IOException, MultiFDException, MigrationException {
        long start = clock.getAsLong();
        encoder.encode(from, header, packet);
        long sent = clock.getAsLong();
        ByteBuffer wire = packet[1];
        if (wire == from.buffer(0)) { // the pages themselves: the socket's copy, which is not the method's matter
            wire = copy.clear();
            from.copyTo(wire);
            wire.flip();
        }
        input.take(wire);
        long arrived = clock.getAsLong();
        decoder.decode(to, header);
        receiveNanos += clock.getAsLong() - arrived;
        sendNanos += sent - start;
        payloadBytes += wire.limit();
        packets++;
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

    /** @param failure what the trial has failed with, if it has */
    public void close(Failure failure) {
        ChannelThread.close(ID, decoder::close, failure);
        ChannelThread.close(ID, encoder::close, failure);
    }
}
