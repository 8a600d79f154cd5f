package org.multifd.core.internal.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.multifd.api.MultiFDException;
import org.multifd.api.PageRuns;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.PayloadInput;
import org.multifd.core.internal.provider.Seat;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.wire.Flags;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.PacketHeader;
import org.multifd.core.internal.wire.WireException;

/**
 * Makes pages of a connection's packets, with the method that the init packet names or the first page packet's flags
 * tell. Set up, used and closed by one channel's thread.
 */
public final class PacketDecoder implements PayloadInput {

    private final ReceiveMethod method;
    private final int channel;
    private final int pageSize;
    private final Connection connection;
    private final Supplier<String> place;
    private ByteBuffer buffer;
    private ByteBuffer view;
    private boolean kept;
    private Seat seat;
    private int methodFlags;

    /** @param place channel and packet, for the message of a call that does not return */
    public PacketDecoder(ReceiveMethod method, int channel, int pageSize, Connection connection,
            Supplier<String> place) {
        this.method = method;
        this.channel = channel;
        this.pageSize = pageSize;
        this.connection = connection;
        this.place = place;
    }

    /**
     * Sets up the method that the init packet names; if it names none the first page packet tells.
     *
     * @param message what followed it, or null
     */
    public void setUp(InitPacket init, ByteBuffer message) throws WireException, MigrationException {
        String named = init.method();
        if (named != null) {
            methodFlags = Flags.ofMethod(named);
            seat = method.named(named, place);
            if (InitPacket.hasFormat(named)) {
                seat.checkFormat(init.formatVersion());
            }
            seat.setUpReceiver(channel, pageSize, message);
        }
    }

    /** Finds out by what method a packet came, or checks that it is the channel's. */
    public void check(PacketHeader header) throws WireException, MigrationException {
        if (header.pages() == 0) {
            return;
        }
        int bits = header.flags & Flags.METHOD_MASK;
        if (seat == null) {
            methodFlags = bits;
            seat = method.detected(header.flags, place);
            seat.setUpReceiver(channel, pageSize, null);
        } else if (bits != methodFlags) {
            throw new WireException(String.format("packet: received flags 0x%x with method bits 0x%x, expected 0x%x "
                    + "(%s)", header.flags, bits, methodFlags, method.chosen()));
        }
    }

    /** Fills the pages from the packet's payload; the time that took without waiting for it. */
    public long decode(RamRuns runs, PacketHeader header) throws IOException, MultiFDException, MigrationException {
        return seat.decode(runs, this, header.payloadLength);
    }

    /** Tells the method that a round has ended; one that is not known yet has no packet of it. */
    public void endOfRound() throws MultiFDException, MigrationException {
        if (seat != null) {
            seat.endOfRound();
        }
    }

    /** From the next payload on, each can be had as it was {@link #received}, whatever the method makes of it. */
    public void keep() {
        kept = true;
    }

    /** The latest payload, if it is kept. */
    public ByteBuffer received() {
        return buffer.flip();
    }

    @Override
    public ByteBuffer read(int from, int to) throws IOException {
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(PacketHeader.PAYLOAD_LIMIT);
            view = buffer.asReadOnlyBuffer();
        }
        connection.readFully(buffer.clear().limit(to).position(from), "a payload");
        return view.clear().limit(to).position(from);
    }

    @Override
    public void readInto(PageRuns pages, int from) throws IOException {
        if (kept) {
            pages.copyFrom(read(from, from + pages.bytes()));
            return;
        }
        RamRuns runs = (RamRuns) pages;
        connection.readFully(runs.buffers(), 1, runs.runs(), "a payload");
    }

    /** Whoever keeps the channel's figures does not keep the provider. */
    public void close() throws MigrationException {
        Seat closing = seat;
        seat = null;
        if (closing != null) {
            closing.close();
        }
    }
}
