package org.multifd.core.internal.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDSender;
import org.multifd.core.internal.channel.PacketPayload;
import org.multifd.core.internal.channel.PacketPayloadSource;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.wire.Flags;
import org.multifd.core.internal.wire.PacketHeader;
import org.multifd.core.internal.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From one method's payload to another's, over one packet's worth of memory. One relayed channel's. */
final class Recoding {

    private static final Logger LOG = LoggerFactory.getLogger(Recoding.class);

    private final int channel;
    private final RelayChannels shared;
    private final PacketPayloadSource source;
    private final PacketPayload payload = new PacketPayload();
    private final RamBlock scratch;
    private final long[] places;
    private final RamRuns decoded;
    private final RamRuns encoded;
    private MultiFDReceiver receiver;
    private MultiFDSender sender;
    private int incomingFlags;

    Recoding(int channel, int pageSize, RelayChannels shared, PacketPayloadSource source) {
        this.channel = channel;
        this.shared = shared;
        this.source = source;
        int pageCount = PacketHeader.pageCount(pageSize);
        this.scratch = new RamBlock("relay", pageSize, false, ByteBuffer.allocateDirect(PacketHeader.PACKET_BYTES));
        this.places = new long[pageCount];
        for (int i = 0; i < pageCount; i++) {
            places[i] = (long) i * pageSize;
        }
        this.decoded = new RamRuns(pageSize, pageCount, false);
        this.encoded = new RamRuns(pageSize, pageCount, true);
    }

    /** @param incoming the method that the init packet names; null lets the first page packet tell */
    void setup(String incoming) throws WireException, MultiFDException {
        if (incoming != null) {
            receiver = shared.incoming().named(incoming, channel);
            incomingFlags = Flags.ofMethod(incoming);
        }
        sender = shared.senderSetup().setup(channel);
    }

    /** Reads the packet's payload; the time that took without waiting for the socket. */
    long decode(PacketHeader header) throws IOException, MultiFDException {
        if (header.pages() > 0) {
            checkMethod(header.flags);
        }
        if (header.normalPages == 0) {
            return 0;
        }
        long start = System.nanoTime();
        source.reset(header.payloadLength);
        decoded.set(scratch, places, header.normalPages);
        receiver.recv(decoded, source);
        source.checkConsumed();
        return System.nanoTime() - start - source.readNanos();
    }

    private void checkMethod(int flags) throws WireException, MultiFDException {
        int bits = flags & Flags.METHOD_MASK;
        if (receiver == null) {
            receiver = shared.incoming().detected(flags, channel);
            incomingFlags = bits;
        } else if (bits != incomingFlags) {
            throw new WireException(String.format("packet: received flags 0x%x with method bits 0x%x, expected 0x%x (%s)", flags,
                    bits, incomingFlags, shared.incomingMethod()));
        }
    }

    /** Makes the payload from what was decoded: its buffers from index 1 on of {@code into}, their number, their length in the header. */
    int encode(PacketHeader header, ByteBuffer[] into) throws MultiFDException {
        header.payloadLength = 0;
        if (header.normalPages == 0) {
            return 0;
        }
        payload.reset();
        encoded.set(scratch, places, header.normalPages);
        sender.prepare(encoded, payload);
        int buffers = payload.finish(encoded, into);
        for (int i = 1; i <= buffers; i++) {
            header.payloadLength += into[i].remaining();
        }
        return buffers;
    }

    /** Closes both methods, whatever one of them throws: all that it had to do has been done or has failed already. */
    void close() {
        MultiFDReceiver from = receiver;
        receiver = null;
        if (from != null) {
            close(from::close, shared.incomingMethod());
        }
        MultiFDSender to = sender;
        sender = null;
        if (to != null) {
            close(to::close, shared.outgoing());
        }
    }

    /** What closes one. */
    @FunctionalInterface
    private interface Closing {
        void run() throws MultiFDException;
    }

    private void close(Closing closing, String method) {
        try {
            closing.run();
        } catch (Throwable e) { // a provider may throw anything
            LOG.warn("channel {}, cleanup: method {} failed: {}", channel, method, e.toString());
        }
    }
}
