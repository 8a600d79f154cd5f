package org.multifd.core.internal.channel;

import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.Seat;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.wire.PacketHeader;

/** Makes packets' payloads of pages, with one method. Set up, used and closed by one channel's thread. */
public final class PacketEncoder {

    private final Seat seat;
    private final PacketPayload payload = new PacketPayload();

    public PacketEncoder(Seat seat) {
        this.seat = seat;
    }

    public void setUp(int channel, int pageSize) throws MigrationException {
        seat.setUpSender(channel, pageSize);
    }

    /**
     * Makes the payload: its buffers from index 1 on of {@code into}, their number; their length goes into the header.
     */
    public int encode(RamRuns runs, PacketHeader header, ByteBuffer[] into)
            throws MultiFDException, MigrationException {
        payload.reset();
        seat.prepare(runs, payload);
        int buffers = payload.finish(runs, into);
        header.payloadLength = 0;
        for (int i = 1; i <= buffers; i++) {
            header.payloadLength += into[i].remaining();
        }
        return buffers;
    }

    public void close() throws MigrationException {
        seat.close();
    }
}
