package org.multifd.core.internal.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.multifd.api.MultiFDException;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.channel.ChannelThread;
import org.multifd.core.internal.channel.PacketDecoder;
import org.multifd.core.internal.provider.Direction;
import org.multifd.core.internal.provider.Seat;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.PacketHeader;
import org.multifd.core.internal.wire.WireException;

/**
 * Makes what leaves one relayed channel of what comes, over one packet's worth of memory. Each payload is decoded,
 * which checks it; then it leaves as it came, or another one is made of its pages. Which of both is decided once, by
 * the channel's first packet with pages: the payloads of a channel can be one stream, of which either all goes on or
 * nothing.
 */
final class Transcoder {

    /** What becomes of a channel's payloads. */
    private enum Way {
        /** No packet with pages has come yet, and the method is not known. */
        UNKNOWN,
        /** They leave as they came. */
        PASSED_ON,
        /** They are made anew. */
        MADE
    }

    private final int channel;
    private final int pageSize;
    private final RelayChannels shared;
    private final Supplier<String> place;
    private final RelayedBlock block;
    private final PacketDecoder decoder;
    private final RamBlock scratch;
    private final long[] places;
    private final RamRuns decoded;
    private final RamRuns encoded;
    private Way way = Way.UNKNOWN;
    private Seat encoder;

    /**
     * @param block that of the packet at hand
     * @param place channel and packet, for the message of a call that does not return
     */
    Transcoder(int channel, int pageSize, RelayChannels shared, Connection from, RelayedBlock block,
            Supplier<String> place) {
        this.channel = channel;
        this.pageSize = pageSize;
        this.shared = shared;
        this.block = block;
        this.place = place;
        this.decoder = new PacketDecoder(shared.incoming, channel, pageSize, from, place);
        int pageCount = PacketHeader.pageCount(pageSize);
        this.scratch = new RamBlock("relay", pageSize, false, ByteBuffer.allocateDirect(PacketHeader.PACKET_BYTES));
        this.places = new long[pageCount];
        for (int i = 0; i < pageCount; i++) {
            places[i] = (long) i * pageSize;
        }
        this.decoded = new RamRuns(pageSize, pageCount, false);
        this.encoded = new RamRuns(pageSize, pageCount, true);
    }

    /**
     * @param init names the method, or lets the first page packet tell
     * @param message what followed it, or null
     */
    void setUpDecoder(InitPacket init, ByteBuffer message) throws WireException, MigrationException {
        decoder.setUp(init, message);
        if (init.method() != null) {
            decide();
        }
    }

    /** Unless it is known already that nothing is to be encoded. */
    void setUpEncoder() throws MigrationException {
        if (way != Way.PASSED_ON) {
            RelayChannels.Outgoing outgoing = shared.outgoing();
            encoder = outgoing.seats().take(outgoing.method(), Direction.SEND, place);
            encoder.setUpSender(channel, pageSize);
        }
    }

    /** What the sender's set-up told the receiver, or null. */
    ByteBuffer told() {
        return encoder.told();
    }

    private void decide() {
        way = shared.outgoing().passesOn(shared.incoming.chosen()) ? Way.PASSED_ON : Way.MADE;
        if (way == Way.PASSED_ON) {
            decoder.keep();
            closeEncoder();
        }
    }

    /** The pages of the packet that was decoded last. */
    RamRuns decoded() {
        return decoded;
    }

    /** Reads the packet's payload; the time that took without waiting for the socket. */
    long decode(PacketHeader header) throws IOException, MultiFDException, MigrationException {
        decoder.check(header);
        if (way == Way.UNKNOWN && header.pages() > 0) {
            decide();
        }
        if (header.normalPages == 0) {
            return 0;
        }
        decoded.set(scratch, places, header.normalPages, block.text(), header.offsets);
        return decoder.decode(decoded, header);
    }

    /**
     * Gives the payload that leaves for the one that was decoded: its buffers from index 1 on of {@code into}, their
     * number, their length in the header.
     */
    int encode(PacketHeader header, ByteBuffer[] into) throws MultiFDException, MigrationException {
        if (header.normalPages == 0) {
            return 0;
        }
        if (way == Way.PASSED_ON) {
            into[1] = decoder.received();
            return 1;
        }
        encoded.set(scratch, places, header.normalPages, block.text(), header.offsets);
        int buffers = encoder.encode(encoded, into);
        header.payloadLength = encoder.payloadBytes();
        return buffers;
    }

    /** The packet that was decoded last carries a SYNC. */
    void endOfIncomingRound() throws MultiFDException, MigrationException {
        decoder.endOfRound();
    }

    /** The packet that was encoded last carries a SYNC. */
    void endOfOutgoingRound() throws MultiFDException, MigrationException {
        if (encoder != null) {
            encoder.endOfRound();
        }
    }

    /** Closes what was set up of both methods. */
    void close() {
        ChannelThread.close(channel, decoder::close, shared.failure);
        closeEncoder();
    }

    private void closeEncoder() {
        Seat closing = encoder;
        encoder = null;
        if (closing != null) {
            ChannelThread.close(channel, closing::close, shared.failure);
        }
    }
}
