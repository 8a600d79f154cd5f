package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.multifd.api.MultiFDException;
import org.multifd.api.PageRuns;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.frames.Frame;
import org.multifd.core.internal.provider.Direction;
import org.multifd.core.internal.provider.PayloadInput;
import org.multifd.core.internal.provider.Seat;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * Makes pages of a compressed snapshot's frames and compares each with its checksum. The pages of the latest frame stay
 * in memory. One thread's: the method is set up by the first frame and closed with this.
 */
final class FrameDecoder implements PayloadInput {

    private static final String NAME = "frame";

    private final FrameSnapshot snapshot;
    private final Seats seats;
    private final int pageSize;
    private final Frame frame;
    private final ByteBuffer payload;
    private final ByteBuffer view;
    private final RamRuns decoded;
    private final long[] places;
    private final CRC32C crc = new CRC32C();
    private RamBlock memory;
    private ByteBuffer bytes;
    private Seat seat;
    private int number;
    private boolean inMemory;
    private long codecNanos;

    FrameDecoder(FrameSnapshot snapshot, Seats seats) {
        this.snapshot = snapshot;
        this.seats = seats;
        this.pageSize = snapshot.blocks().pageSize();
        this.payload = ByteBuffer.allocateDirect(snapshot.index().longest());
        this.view = payload.asReadOnlyBuffer();
        int pageCount = PacketHeader.pageCount(pageSize);
        this.frame = new Frame(pageSize);
        this.decoded = new RamRuns(pageSize, pageCount, false);
        this.places = new long[pageCount];
        for (int i = 0; i < pageCount; i++) {
            places[i] = (long) i * pageSize;
        }
    }

    /** What the index says of a frame; valid until the next call with another one. */
    Frame frame(int wanted) {
        if (number != wanted) {
            snapshot.index().get(wanted, frame);
            number = wanted;
            inMemory = false;
        }
        return frame;
    }

    /** The checked payload of a frame, as it is in the file. */
    ByteBuffer payload(int wanted) throws IOException {
        snapshot.payload(frame(wanted), payload, crc);
        return payload;
    }

    /** The pages of a frame, one behind the other in memory of this object's, in the frame's order. */
    ByteBuffer pages(int wanted) throws IOException {
        frame(wanted);
        if (!inMemory) {
            if (memory == null) {
                bytes = ByteBuffer.allocateDirect(PacketHeader.PACKET_BYTES);
                memory = new RamBlock(NAME, pageSize, false, bytes);
            }
            decoded.set(memory, places, frame.pages, snapshot.blocks().get(frame.block).name(), frame.offsets);
            decode(wanted, decoded);
            inMemory = true;
        }
        return bytes.clear().limit(frame.pages * pageSize);
    }

    /** The memory that {@link #pages} fills. */
    RamBlock memory() {
        return memory;
    }

    /** Decodes a frame into all of its pages, in its order. */
    void decode(int wanted, RamRuns into) throws IOException {
        payload(wanted);
        try {
            if (seat == null) {
                seat = seats.takeStandalone(snapshot.method(), Direction.RECEIVE, () -> "snapshot, frame " + number);
                seat.checkFormat(snapshot.formatVersion());
                seat.setUpReceiver(0, pageSize, null);
            }
            codecNanos += seat.decode(into, this, frame.length);
        } catch (MultiFDException e) {
            throw snapshot.damaged(frame, "method " + snapshot.method() + ": " + e.getMessage(), e);
        } catch (MigrationException e) {
            throw new IOException(e.getMessage(), e);
        }
        check(into);
    }

    private void check(RamRuns into) throws IOException {
        int page = 0;
        for (int run = 0; run < into.runs(); run++) {
            ByteBuffer pages = into.buffer(run);
            int end = pages.limit();
            for (int at = pages.position(); at < end; at += pageSize) {
                crc.reset();
                crc.update(pages.limit(at + pageSize).position(at));
                if ((int) crc.getValue() != frame.sums[page]) {
                    throw snapshot.damaged(frame, String.format("page 0x%x decodes to the checksum %08x, expected %08x "
                            + "as it was saved", frame.offsets[page], (int) crc.getValue(), frame.sums[page]), null);
                }
                page++;
            }
        }
    }

    /** What the method has taken since the last call. */
    long takeCodecNanos() {
        long taken = codecNanos;
        codecNanos = 0;
        return taken;
    }

    @Override
    public ByteBuffer read(int from, int to) {
        return view.clear().limit(to).position(from);
    }

    @Override
    public void readInto(PageRuns pages, int from) {
        pages.copyFrom(view.clear().limit(from + pages.bytes()).position(from));
    }

    void close() throws MigrationException {
        Seat closing = seat;
        seat = null;
        if (closing != null) {
            closing.close();
        }
    }
}
