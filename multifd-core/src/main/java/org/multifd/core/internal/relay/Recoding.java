package org.multifd.core.internal.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.multifd.api.MultiFDException;
import org.multifd.core.internal.channel.PacketDecoder;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.Seat;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.wire.PacketHeader;
import org.multifd.core.internal.wire.WireException;

/** From one method's payload to another's, over one packet's worth of memory. One relayed channel's. */
final class Recoding {

    private final int channel;
    private final int pageSize;
    private final PacketDecoder decoder;
    private final Seat encoder;
    private final RamBlock scratch;
    private final long[] places;
    private final RamRuns decoded;
    private final RamRuns encoded;

    /** @param place channel and packet, for the message of a call that does not return */
    Recoding(int channel, int pageSize, RelayChannels shared, Connection from, Supplier<String> place)
            throws MigrationException {
        this.channel = channel;
        this.pageSize = pageSize;
        this.decoder = new PacketDecoder(shared.incoming, channel, pageSize, from, place);
        this.encoder = shared.outgoing().seats().take(shared.outgoing().method(), place);
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
    void setUpDecoder(String incoming) throws WireException, MigrationException {
        decoder.setUp(incoming);
    }

    void setUpEncoder() throws MigrationException {
        encoder.setUpSender(channel, pageSize);
    }

    /** The pages of the packet that was decoded last. */
    RamRuns decoded() {
        return decoded;
    }

    /** Reads the packet's payload; the time that took without waiting for the socket. */
    long decode(PacketHeader header) throws IOException, MultiFDException, MigrationException {
        decoder.check(header);
        if (header.normalPages == 0) {
            return 0;
        }
        decoded.set(scratch, places, header.normalPages);
        return decoder.decode(decoded, header);
    }

    /**
     * Makes the payload from what was decoded: its buffers from index 1 on of {@code into}, their number, their length
     * in the header.
     */
    int encode(PacketHeader header, ByteBuffer[] into) throws MultiFDException, MigrationException {
        header.payloadLength = 0;
        if (header.normalPages == 0) {
            return 0;
        }
        encoded.set(scratch, places, header.normalPages);
        int buffers = encoder.encode(encoded, into);
        header.payloadLength = encoder.payloadBytes();
        return buffers;
    }

    void closeDecoder() throws MigrationException {
        decoder.close();
    }

    void closeEncoder() throws MigrationException {
        encoder.close();
    }
}
