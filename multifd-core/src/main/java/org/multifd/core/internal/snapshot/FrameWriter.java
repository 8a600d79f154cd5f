package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.zip.CRC32C;
import org.multifd.core.internal.channel.RateLimiter;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.channel.StretchWorker;
import org.multifd.core.internal.frames.FrameHead;
import org.multifd.core.internal.frames.FrameIndex;
import org.multifd.core.internal.frames.FrameLog;
import org.multifd.core.internal.frames.PageFrames;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.stream.PagelessStream;
import org.multifd.core.internal.stream.RamSections;
import org.multifd.core.internal.wire.WireException;

/**
 * Writes one compressed snapshot (docs/reference/snapshot-format.md): frames one behind the other, as threads have
 * them, then the index, and the head last. A page that comes again is in a new frame, and the old one's bytes are dead.
 */
final class FrameWriter extends SnapshotWriter {

    private static final int BUFFER = 64 * 1024;
    private static final int BLOCKS = 0xFFFF;

    private final String method;
    private final UUID id = UUID.randomUUID();
    private final AtomicLong end = new AtomicLong(FrameHead.BYTES);
    private final AtomicInteger frames = new AtomicInteger();
    private final List<FrameLog> logs = new ArrayList<>();
    private PageFrames table;
    private Seats seats;
    private int formatVersion;

    FrameWriter(WrittenFile file, long offset, String method) {
        super(file, offset);
        this.method = method;
    }

    @Override
    void lay(Seats from) throws WireException {
        PlacedBlock.checkSize(blocks());
        if (blocks().count() > BLOCKS) {
            throw new WireException("RAM: received " + blocks().count() + " blocks, expected at most " + BLOCKS);
        }
        seats = from;
        try {
            formatVersion = from.formatVersion(method);
        } catch (MigrationException e) {
            throw new WireException("snapshot: " + e.getMessage());
        }
        table = new PageFrames(blocks());
    }

    String method() {
        return method;
    }

    Seats seats() {
        return seats;
    }

    PageFrames table() {
        return table;
    }

    /** The number of a frame that begins. */
    int begin() {
        return frames.incrementAndGet();
    }

    /** Gives a payload its place: behind all others. Any thread. */
    long place(int bytes) {
        return end.getAndAdd(bytes);
    }

    void write(ByteBuffer from, long position) throws IOException {
        file().write(from, offset() + position);
    }

    @Override
    public PageTarget target() {
        return packer();
    }

    private synchronized FramePacker packer() {
        FrameLog log = new FrameLog(table, blocks().pageSize());
        logs.add(log);
        return new FramePacker(this, logs.size() - 1, log);
    }

    @Override
    public StretchWorker saver(PageSource source, IntFunction<BitSet> pending, boolean detectZeroPages,
            RateLimiter rateLimiter) {
        return new FrameSaver(blocks(), packer(), source, pending, detectZeroPages, rateLimiter);
    }

    @Override
    void writeRest(RamSections sections, byte[] tail) throws IOException {
        long at = end.get();
        Index index = new Index(at + FrameHead.SKIPPABLE_BYTES);
        byte[] stream = PagelessStream.bytes(Snapshot.withoutPlaces(configuration()), blocks(), sections, tail);
        long bytes = FrameIndex.write(id, stream, logs, blocks().pageSize(), index::add);
        index.flush();
        if (bytes > FrameHead.INDEX_LIMIT) {
            throw new GuestFileException(file().target() + ": the index would take " + bytes
                    + " bytes, expected at most " + FrameHead.INDEX_LIMIT + "; save such a guest without compression");
        }
        ByteBuffer header = ByteBuffer.allocate(FrameHead.SKIPPABLE_BYTES);
        FrameHead.putSkippable(header, FrameHead.INDEX_MAGIC, (int) bytes);
        write(header.flip(), at);
        file().seal();
        write(new FrameHead(id, at + FrameHead.SKIPPABLE_BYTES + bytes, at, (int) bytes, (int) index.sum.getValue(),
                blocks().pageSize(), method, formatVersion).encode(), 0);
        wrote(FrameHead.BYTES + FrameHead.SKIPPABLE_BYTES + bytes);
    }

    /** The index on its way to the file. */
    private final class Index {

        private final CRC32C sum = new CRC32C();
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        private long position;

        Index(long position) {
            this.position = position;
        }

        void add(ByteBuffer bytes) throws IOException {
            sum.update(bytes.duplicate());
            if (bytes.remaining() > buffer.remaining()) {
                flush();
            }
            if (bytes.remaining() > buffer.remaining()) {
                long at = position;
                position += bytes.remaining();
                write(bytes, at);
            } else {
                buffer.put(bytes);
            }
        }

        void flush() throws IOException {
            long at = position;
            position += buffer.flip().remaining();
            write(buffer, at);
            buffer.clear();
        }
    }
}
