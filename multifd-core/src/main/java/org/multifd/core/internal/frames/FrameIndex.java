package org.multifd.core.internal.frames;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.wire.WireException;

/**
 * The index of a compressed snapshot (docs/reference/snapshot-format.md): the main stream's bytes, then every frame
 * that has a page that counts, by its position. All of it is checked when it is made; then any thread may ask it.
 */
public final class FrameIndex {

    /** What stands before the stream: the id, the stream's length, the number of frames. */
    private static final int FIXED_BYTES = 2 * Long.BYTES + 2 * Integer.BYTES;

    /** Where the stream begins in the index's content. */
    public static final int STREAM_OFFSET = FIXED_BYTES;

    /** The shortest index: a stream is not empty. */
    static final int LEAST_BYTES = FIXED_BYTES + 1;

    private final ByteBuffer content;
    private final RamBlocks blocks;
    private final int[] places;
    private final PageFrames table;
    private final long[] present;
    private int longest;
    private long payloadBytes;
    private long supersededBytes;

    private FrameIndex(ByteBuffer content, RamBlocks blocks, int frames) {
        this.content = content;
        this.blocks = blocks;
        this.places = new int[frames];
        this.table = new PageFrames(blocks);
        this.present = new long[blocks.count()];
    }

    /** Where an index goes. */
    @FunctionalInterface
    public interface Sink {
        /** Writes the buffer up to its limit. */
        void write(ByteBuffer from) throws IOException;
    }

    /**
     * Writes an index, in pieces.
     *
     * @param stream the main stream's bytes
     * @param logs what each thread has written
     * @return how many bytes it has
     */
    public static long write(UUID id, byte[] stream, List<FrameLog> logs, int pageSize, Sink sink)
            throws IOException {
        int frames = 0;
        Frame frame = new Frame(pageSize);
        for (FrameLog each : logs) {
            each.rewind();
            while (each.next(frame)) {
                frames++;
            }
        }
        ByteBuffer out = ByteBuffer.allocate(Math.max(FIXED_BYTES, Frame.mostBytes(pageSize)));
        out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        out.putInt(stream.length).putInt(frames);
        long bytes = flush(out, sink);
        sink.write(ByteBuffer.wrap(stream));
        bytes += stream.length;
        FrameMerge merge = new FrameMerge(logs, pageSize);
        for (Frame next; (next = merge.next()) != null;) {
            next.encode(out);
            bytes += flush(out, sink);
        }
        return bytes;
    }

    private static int flush(ByteBuffer out, Sink sink) throws IOException {
        int bytes = out.flip().remaining();
        sink.write(out);
        out.clear();
        return bytes;
    }

    /** The stream's bytes of an index whose sum was checked. @param id the head's */
    public static ByteBuffer stream(ByteBuffer content, UUID id) throws WireException {
        UUID found = new UUID(content.getLong(0), content.getLong(8));
        if (!found.equals(id)) {
            throw new WireException("index: received that of snapshot " + found + ", expected that of " + id);
        }
        int bytes = content.getInt(16);
        if (bytes < 1 || bytes > content.capacity() - FIXED_BYTES) {
            throw new WireException("index: received a stream of " + Integer.toUnsignedString(bytes)
                    + " bytes, expected 1.." + (content.capacity() - FIXED_BYTES));
        }
        return content.slice(FIXED_BYTES, bytes);
    }

    /**
     * Reads the frames.
     *
     * @param blocks those of the stream
     * @param end where the payloads end, from the snapshot's first byte
     */
    public static FrameIndex decode(ByteBuffer content, RamBlocks blocks, long end) throws WireException {
        int from = FIXED_BYTES + content.getInt(16);
        int frames = content.getInt(20);
        int most = (content.capacity() - from) / (Frame.FIXED_BYTES + Frame.RUN_BYTES + Integer.BYTES);
        if (frames < 0 || frames > most) {
            throw new WireException("index: received " + Integer.toUnsignedString(frames) + " frames, expected at most "
                    + most + " in " + (content.capacity() - from) + " bytes");
        }
        FrameIndex index = new FrameIndex(content, blocks, frames);
        ByteBuffer in = content.duplicate().position(from);
        Frame frame = new Frame(blocks.pageSize());
        long least = FrameHead.BYTES;
        for (int i = 0; i < frames; i++) {
            index.places[i] = in.position();
            try {
                frame.decode(in, blocks, end);
                if (frame.position < least) {
                    throw new WireException("received byte " + frame.position + ", expected at least " + least
                            + ", where the one before ends");
                }
                index.take(frame, i + 1);
            } catch (WireException e) {
                throw new WireException("index: frame " + i + ": " + e.getMessage(), e);
            }
            least = frame.position + frame.length;
        }
        if (in.hasRemaining()) {
            throw new WireException("index: received " + in.remaining()
                    + " bytes behind the last frame, expected none");
        }
        return index;
    }

    private void take(Frame frame, int number) throws WireException {
        for (int i = 0; i < frame.pages; i++) {
            long page = frame.offsets[i] / blocks.pageSize();
            if (!frame.superseded[i]) {
                if (table.get(frame.block, page) != 0) {
                    throw new WireException("received page " + page + " of block " + frame.block
                            + " twice, expected one of them to be superseded");
                }
                table.set(frame.block, page, number);
            }
        }
        present[frame.block] += frame.current;
        longest = Math.max(longest, frame.length);
        payloadBytes += frame.length;
        supersededBytes += (long) frame.length * (frame.pages - frame.current) / frame.pages;
    }

    /** How many frames there are; they are numbered from 1 on. */
    public int frames() {
        return places.length;
    }

    /** The bytes of the longest payload. */
    public int longest() {
        return longest;
    }

    /** The number of the frame that has a page; 0 if the page is zero. */
    public int frameOf(int block, long page) {
        return table.get(block, page);
    }

    /** How many pages of a block have a frame. */
    public long present(int block) {
        return present[block];
    }

    /** Gets a frame by its number. */
    public void get(int number, Frame into) {
        try {
            into.decode(content.duplicate().position(places[number - 1]), blocks, Long.MAX_VALUE);
        } catch (WireException e) {
            throw new IllegalStateException(e); // it was checked when it was read first
        }
    }

    /**
     * The bytes of payloads that no page that counts needs: those of frames that are gone from the index, and the share
     * of superseded pages of the others.
     *
     * @param end where the payloads end, from the snapshot's first byte
     */
    public long deadBytes(long end) {
        return end - FrameHead.BYTES - payloadBytes + supersededBytes;
    }
}
