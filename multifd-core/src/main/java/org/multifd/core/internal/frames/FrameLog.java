package org.multifd.core.internal.frames;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The frames that one thread has written, until the index is. Frames whose pages all came again are forgotten now and
 * then, so that a guest that never rests takes no more room than its RAM's worth. One thread's; another's once the
 * first has ended.
 */
public final class FrameLog {

    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int FIRST_SWEEP = 16;

    private final PageFrames table;
    private final Frame scratch;
    private final int pageSize;
    private List<ByteBuffer> chunks = new ArrayList<>();
    private int sweepAt = FIRST_SWEEP;
    private int reading;

    public FrameLog(PageFrames table, int pageSize) {
        this.table = table;
        this.pageSize = pageSize;
        this.scratch = new Frame(pageSize);
    }

    private static int recordBytes(int pages) {
        return Integer.BYTES + Long.BYTES + 2 * Integer.BYTES + 2 * Short.BYTES + pages * 2 * Integer.BYTES;
    }

    /** Notes a frame that was written. Its position is behind that of the one before. */
    public void add(int id, Frame frame) {
        if (chunks.size() > sweepAt) {
            sweep();
        }
        append(id, frame);
    }

    private void append(int id, Frame frame) {
        int bytes = recordBytes(frame.pages);
        if (chunks.isEmpty() || chunks.get(chunks.size() - 1).remaining() < bytes) {
            chunks.add(ByteBuffer.allocate(CHUNK_BYTES));
        }
        ByteBuffer out = chunks.get(chunks.size() - 1);
        out.putInt(id).putLong(frame.position).putInt(frame.length).putInt(frame.sum);
        out.putShort((short) frame.block).putShort((short) frame.pages);
        for (int i = 0; i < frame.pages; i++) {
            out.putInt((int) (frame.offsets[i] / pageSize)).putInt(frame.sums[i]);
        }
    }

    private void sweep() {
        List<ByteBuffer> all = chunks;
        chunks = new ArrayList<>();
        for (ByteBuffer chunk : all) {
            chunk.flip();
            while (chunk.hasRemaining()) {
                int id = read(chunk, scratch);
                scratch.mark(table, id);
                if (scratch.current > 0) {
                    append(id, scratch);
                }
            }
        }
        sweepAt = Math.max(FIRST_SWEEP, 2 * chunks.size());
    }

    private int read(ByteBuffer in, Frame into) {
        int id = in.getInt();
        into.position = in.getLong();
        into.length = in.getInt();
        into.sum = in.getInt();
        into.block = in.getShort() & 0xFFFF;
        into.pages = in.getShort() & 0xFFFF;
        for (int i = 0; i < into.pages; i++) {
            into.offsets[i] = (in.getInt() & 0xFFFFFFFFL) * pageSize;
            into.sums[i] = in.getInt();
        }
        return id;
    }

    /** From here on {@link #next} gives the frames in the order in which they were added. */
    void rewind() {
        chunks.forEach(ByteBuffer::flip);
        reading = 0;
    }

    /** The same once more. */
    void again() {
        chunks.forEach(ByteBuffer::rewind);
        reading = 0;
    }

    /** Gets the next frame that has a page that counts; false if there is none. */
    boolean next(Frame into) {
        while (reading < chunks.size()) {
            ByteBuffer chunk = chunks.get(reading);
            if (chunk.hasRemaining()) {
                into.mark(table, read(chunk, into));
                if (into.current > 0) {
                    return true;
                }
            } else {
                reading++;
            }
        }
        return false;
    }
}
