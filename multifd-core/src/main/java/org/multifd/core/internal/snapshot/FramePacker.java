package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.multifd.api.MultiFDException;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.frames.Frame;
import org.multifd.core.internal.frames.FrameLog;
import org.multifd.core.internal.provider.Direction;
import org.multifd.core.internal.provider.Seat;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.wire.Limits;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * Collects pages of one block until they fill a frame, has the method make the payload, and writes it. Pages of a later
 * packet fill up a frame that an earlier one began: small frames compress badly. Which frame a page is in counts from
 * its arrival on, so that on all threads the last to arrive is the one that stays. One thread's.
 */
final class FramePacker implements PageTarget {

    private static final String NAME = "frame";

    private final FrameWriter writer;
    private final int channel;
    private final FrameLog log;
    private final int pageSize;
    private final int pageCount;
    private final Frame frame;
    private final long[] places;
    private final ByteBuffer[] payload;
    private final RamRuns incoming;
    private final RamRuns outgoing;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer bytes;
    private RamBlock memory;
    private Seat seat;
    private int id;
    private long payloadBytes;
    private long codecNanos;

    FramePacker(FrameWriter writer, int index, FrameLog log) {
        this.writer = writer;
        this.channel = index % Limits.CHANNELS;
        this.log = log;
        this.pageSize = writer.blocks().pageSize();
        this.pageCount = PacketHeader.pageCount(pageSize);
        this.frame = new Frame(pageSize);
        this.places = new long[pageCount];
        this.payload = new ByteBuffer[pageCount + 1];
        this.incoming = new RamRuns(pageSize, pageCount, false);
        this.outgoing = new RamRuns(pageSize, pageCount, true);
    }

    /** Room for so many pages of a block, in one run. */
    @Override
    public RamRuns runs(int block, long[] offsets, int count) throws IOException {
        if (frame.pages > 0 && (block != frame.block || frame.pages + count > pageCount)) {
            flush();
        }
        if (memory == null) {
            // Not before it is needed: main's target as a rule sees zero pages only.
            bytes = ByteBuffer.allocateDirect(pageCount * pageSize);
            memory = new RamBlock(NAME, pageSize, false, bytes);
        }
        set(incoming, frame.pages, count, block, offsets);
        return incoming;
    }

    private void set(RamRuns runs, int first, int count, int block, long[] offsets) {
        for (int i = 0; i < count; i++) {
            places[i] = (long) (first + i) * pageSize;
        }
        runs.set(memory, places, count, writer.blocks().get(block).name(), offsets);
    }

    @Override
    public void arrived(int block, long[] offsets, int normal, int zero) throws IOException {
        put(block, offsets, normal);
        for (int i = normal; i < normal + zero; i++) {
            zero(block, offsets[i]);
        }
        writer.received().mark(block, offsets, normal + zero);
    }

    /** The pages have been put into their {@link #runs}. */
    void put(int block, long[] offsets, int count) throws IOException {
        if (count > 0 && frame.pages == 0) {
            frame.block = block;
            id = writer.begin();
        }
        for (int i = 0; i < count; i++) {
            frame.offsets[frame.pages++] = offsets[i];
            writer.table().set(block, offsets[i] / pageSize, id);
        }
        if (frame.pages == pageCount) {
            flush();
        }
    }

    /** Notes a zero page; what an earlier frame has of it counts no more. */
    void zero(int block, long offset) {
        writer.table().set(block, offset / pageSize, 0);
    }

    private void flush() throws IOException {
        try {
            writeFrame();
        } catch (MultiFDException | MigrationException e) {
            throw new IOException("snapshot: " + e.getMessage(), e);
        }
    }

    private void writeFrame() throws IOException, MultiFDException, MigrationException {
        if (seat == null) {
            seat = writer.seats().takeStandalone(writer.method(), Direction.SEND, () -> "snapshot, frame " + id);
            seat.setUpSender(channel, pageSize);
        }
        long since = System.nanoTime();
        sumPages();
        set(outgoing, 0, frame.pages, frame.block, frame.offsets);
        int buffers = seat.encode(outgoing, payload);
        frame.length = seat.payloadBytes();
        crc.reset();
        for (int i = 1; i <= buffers; i++) {
            int start = payload[i].position();
            crc.update(payload[i]);
            payload[i].position(start);
        }
        frame.sum = (int) crc.getValue();
        codecNanos += System.nanoTime() - since;
        frame.position = writer.place(frame.length);
        long at = frame.position;
        for (int i = 1; i <= buffers; i++) {
            int length = payload[i].remaining();
            writer.write(payload[i], at);
            at += length;
        }
        payloadBytes += frame.length;
        log.add(id, frame);
        frame.pages = 0;
    }

    private void sumPages() {
        for (int i = 0; i < frame.pages; i++) {
            crc.reset();
            crc.update(bytes.limit((i + 1) * pageSize).position(i * pageSize));
            frame.sums[i] = (int) crc.getValue();
        }
    }

    /** What has been written since the last call, in bytes. */
    long takePayloadBytes() {
        long taken = payloadBytes;
        payloadBytes = 0;
        return taken;
    }

    /** What the method has taken for that. */
    long takeCodecNanos() {
        long taken = codecNanos;
        codecNanos = 0;
        return taken;
    }

    @Override
    public void endOfRound() throws IOException {
        if (frame.pages > 0) {
            flush();
        }
    }

    @Override
    public void close() throws MigrationException {
        Seat closing = seat;
        seat = null;
        if (closing != null) {
            closing.close();
        }
    }
}
