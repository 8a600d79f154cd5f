package org.multifd.core.internal.channel;

import java.io.IOException;
import java.util.function.Supplier;
import org.multifd.api.MultiFDException;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.Seat;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.wire.Flags;
import org.multifd.core.internal.wire.PacketHeader;
import org.multifd.core.internal.wire.WireException;

/**
 * Makes pages of packets' payloads, with the method that the init packet names or the first page packet's flags tell.
 * Set up, used and closed by one channel's thread.
 */
public final class PacketDecoder {

    private final ReceiveMethod method;
    private final int channel;
    private final int pageSize;
    private final Supplier<String> place;
    private final PacketPayloadSource source;
    private Seat seat;
    private int methodFlags;

    /** @param place channel and packet, for the message of a call that does not return */
    public PacketDecoder(ReceiveMethod method, int channel, int pageSize, PayloadInput input, Supplier<String> place) {
        this.method = method;
        this.channel = channel;
        this.pageSize = pageSize;
        this.place = place;
        this.source = new PacketPayloadSource(input);
    }

    /** @param named the method that the init packet names; null lets the first page packet tell */
    public void setUp(String named) throws WireException, MigrationException {
        if (named != null) {
            methodFlags = Flags.ofMethod(named);
            seat = method.named(named, place);
            seat.setUpReceiver(channel, pageSize);
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
            seat.setUpReceiver(channel, pageSize);
        } else if (bits != methodFlags) {
            throw new WireException(String.format("packet: received flags 0x%x with method bits 0x%x, expected 0x%x "
                    + "(%s)", header.flags, bits, methodFlags, method.chosen()));
        }
    }

    /** Fills the pages from the packet's payload; the time that took without waiting for it. */
    public long decode(RamRuns runs, PacketHeader header) throws IOException, MultiFDException, MigrationException {
        long start = System.nanoTime();
        source.reset(header.payloadLength, seat);
        try {
            seat.recv(runs, source);
            source.checkConsumed();
        } catch (IOException | MultiFDException | MigrationException e) {
            throw reason(e);
        }
        return System.nanoTime() - start - source.readNanos();
    }

    /** What failed: the connection, whatever the method made of it, or the method. */
    private MigrationException reason(Exception e) throws IOException, MultiFDException {
        if (source.failure() != null) {
            throw source.failure();
        }
        if (e instanceof MultiFDException wrong) {
            throw wrong;
        }
        return e instanceof MigrationException known ? known : seat.broken(e);
    }

    /** Whoever keeps the channel's figures does not keep the provider. */
    public void close() throws MigrationException {
        Seat closing = seat;
        seat = null;
        source.reset(0, null);
        if (closing != null) {
            closing.close();
        }
    }
}
