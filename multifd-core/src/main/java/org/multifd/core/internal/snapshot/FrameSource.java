package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.frames.Frame;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * Pages of a compressed snapshot, to send them: as stored payloads, or decoded. It is fast for the batches of a
 * {@link FrameRound}, each of which has one frame's pages, and right for any other.
 */
final class FrameSource implements PageSource {

    private final FrameSnapshot snapshot;
    private final FrameDecoder decoder;
    private final int pageSize;
    private final long[] places;
    private final RamRuns runs;
    private ByteBuffer mixed;
    private RamBlock memory;
    private RamBlock lastBlock;
    private int lastIndex;

    FrameSource(FrameSnapshot snapshot, Seats seats) {
        this.snapshot = snapshot;
        this.decoder = new FrameDecoder(snapshot, seats);
        this.pageSize = snapshot.blocks().pageSize();
        int pageCount = PacketHeader.pageCount(pageSize);
        this.places = new long[pageCount];
        this.runs = new RamRuns(pageSize, pageCount, true);
    }

    private int index(RamBlock of) {
        if (of != lastBlock) {
            lastIndex = 0;
            while (snapshot.blocks().get(lastIndex) != of) {
                lastIndex++;
            }
            lastBlock = of;
        }
        return lastIndex;
    }

    private int frameOf(RamBlock block, long offset) {
        return snapshot.index().frameOf(index(block), offset / pageSize);
    }

    /** Whoever wrote the file has looked at its pages. */
    @Override
    public boolean isZero(RamBlock block, long offset) {
        return frameOf(block, offset) == 0;
    }

    @Override
    public ByteBuffer stored(RamBlock block, long[] offsets, int count, int[] sums) throws IOException {
        int number = frameOf(block, offsets[0]);
        if (number == 0) {
            return null;
        }
        Frame frame = decoder.frame(number);
        if (!frame.isWhole() || frame.pages != count) {
            return null;
        }
        for (int i = 0; i < count; i++) {
            if (offsets[i] != frame.offsets[i]) {
                return null;
            }
        }
        System.arraycopy(frame.sums, 0, sums, 0, count);
        return decoder.payload(number);
    }

    @Override
    public RamRuns read(RamBlock block, long[] offsets, int count) throws IOException {
        int number = frameOf(block, offsets[0]);
        int found = 0;
        while (number != 0 && found < count && frameOf(block, offsets[found]) == number) {
            places[found] = (long) decoder.frame(number).indexOf(offsets[found]) * pageSize;
            found++;
        }
        if (found == count) {
            decoder.pages(number);
            runs.set(decoder.memory(), places, count, block.name(), offsets);
        } else {
            gather(block, offsets, count);
            runs.set(memory, places, count, block.name(), offsets);
        }
        return runs;
    }

    /** Copies pages of several frames, and zero pages, one behind the other. */
    private void gather(RamBlock block, long[] offsets, int count) throws IOException {
        if (memory == null) {
            mixed = ByteBuffer.allocateDirect(PacketHeader.PACKET_BYTES);
            memory = new RamBlock("pages", pageSize, false, mixed);
        }
        mixed.clear();
        for (int i = 0; i < count; i++) {
            places[i] = (long) i * pageSize;
            int number = frameOf(block, offsets[i]);
            if (number == 0) {
                PageReader.clear(mixed, pageSize);
            } else {
                int place = decoder.frame(number).indexOf(offsets[i]) * pageSize;
                mixed.put(mixed.position(), decoder.pages(number), place, pageSize)
                        .position(mixed.position() + pageSize);
            }
        }
    }

    @Override
    public void close() throws MigrationException {
        decoder.close();
    }
}
