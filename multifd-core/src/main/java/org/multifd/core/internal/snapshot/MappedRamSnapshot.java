package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.channel.SendChannels;
import org.multifd.core.internal.channel.StretchWorker;
import org.multifd.core.internal.ram.FileWay;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.DeviceTail;
import org.multifd.core.internal.stream.MainStreamReader;
import org.multifd.core.internal.stream.RamSections;
import org.multifd.core.internal.wire.Text;

/**
 * A mapped-ram file, open for reading: everything but its pages is in memory and checked. Pages are read by position,
 * by any thread.
 *
 * @param fileBytes the file's length
 * @param placed the blocks with their places
 * @param blocks the same blocks: shapes only, as the pages are in the file
 * @param sections what the stream has of RAM's sections
 * @param tail what follows RAM, as it is; not to be changed
 * @param endOfStream where in the file the stream ends; what follows is not looked at
 */
public record MappedRamSnapshot(Path path, FileChannel file, long fileBytes, Configuration configuration,
        List<PlacedBlock> placed, RamBlocks blocks, RamSections sections, byte[] tail, long endOfStream)
        implements Snapshot {

    private static final int PAGE_SIZE_UNKNOWN = 0;

    /** Reads everything but the pages, from the file's position on. */
    static MappedRamSnapshot read(Path path, FileChannel file) throws IOException {
        long fileBytes = file.size();
        SnapshotHandler handler = new SnapshotHandler(path, file, fileBytes);
        MainStreamReader reader = new MainStreamReader(file, path.toString(), PAGE_SIZE_UNKNOWN, DeviceTail.TAIL_LIMIT,
                handler);
        byte[] tail = reader.read();
        List<PlacedBlock> placed = handler.blocks();
        return new MappedRamSnapshot(path, file, fileBytes, handler.configuration(), placed,
                new RamBlocks(placed.stream().map(PlacedBlock::block).toList()), reader.ramSections(), tail,
                reader.tailStart() + tail.length);
    }

    /** The block of this shape. */
    PlacedBlock placed(RamBlock block) {
        for (PlacedBlock each : placed) {
            if (each.block() == block) {
                return each;
            }
        }
        throw new IllegalArgumentException("RAM block " + Text.quote(block.name())
                + ": received one of another snapshot");
    }

    /** Fills the buffer from a position on. Any thread. */
    void read(ByteBuffer into, long position) throws GuestFileException {
        FileReading.fully(path, file, into, position);
    }

    /** Has these bytes go somewhere unread. Any thread. */
    void transfer(long position, long count, FileWay to) throws IOException {
        if (file.size() < position + count) {
            throw new GuestFileException(path + ": the file ends at byte " + file.size() + ", expected at least "
                    + (position + count) + "; it was cut since it was opened");
        }
        to.transfer(file, position, count);
    }

    @Override
    public long tailOffset() {
        return endOfStream - tail.length;
    }

    @Override
    public long deadBytes() {
        return 0;
    }

    /** The order in memory is also the file's. */
    @Override
    public SendChannels.Round round() {
        return null;
    }

    @Override
    public String method() {
        return NONE;
    }

    @Override
    public boolean isPresent(int block, long offset) {
        return placed.get(block).present().get(offset / blocks.pageSize());
    }

    @Override
    public long presentPages(int block) {
        return placed.get(block).present().cardinality();
    }

    @Override
    public PageSource source(Seats seats, boolean unread) {
        return new FileSource(this, unread);
    }

    @Override
    public StretchWorker loader(Seats seats, PageTarget target) {
        return new PageLoader(this, target);
    }

    @Override
    public PageReader reader(Seats seats) {
        return new PageReader() {

            @Override
            public void read(int block, long offset, ByteBuffer into) throws IOException {
                int pageSize = blocks.pageSize();
                if (isPresent(block, offset)) {
                    int limit = into.limit();
                    MappedRamSnapshot.this.read(into.limit(into.position() + pageSize),
                            placed.get(block).position(offset));
                    into.limit(limit);
                } else {
                    PageReader.clear(into, pageSize);
                }
            }

            @Override
            public void close() {
                // The file is the snapshot's.
            }
        };
    }

    @Override
    public void close() {
        FileReading.close(file);
    }
}
