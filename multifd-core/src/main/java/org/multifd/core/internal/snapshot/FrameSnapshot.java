package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.channel.SendChannels;
import org.multifd.core.internal.channel.StretchWorker;
import org.multifd.core.internal.frames.Frame;
import org.multifd.core.internal.frames.FrameHead;
import org.multifd.core.internal.frames.FrameIndex;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.ram.GuestHeap;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.DeviceTail;
import org.multifd.core.internal.stream.MainStreamHandler;
import org.multifd.core.internal.stream.MainStreamReader;
import org.multifd.core.internal.stream.RamSections;
import org.multifd.core.internal.wire.WireException;

/**
 * A compressed snapshot, open for reading: its head and its index are in memory and checked. Payloads are read by
 * position, by any thread.
 *
 * @param start where in the file it begins
 * @param fileBytes the file's length
 * @param tailOffset where in the file the tail is
 */
public record FrameSnapshot(Path path, FileChannel file, long start, long fileBytes, FrameHead head,
        Configuration configuration, RamBlocks blocks, RamSections sections, byte[] tail, long tailOffset,
        FrameIndex index) implements Snapshot {

    /** Whether a file that begins so is one. */
    static boolean isOne(FileChannel file, long start) throws IOException {
        ByteBuffer magic = ByteBuffer.allocate(Integer.BYTES);
        return file.read(magic, start) == Integer.BYTES && magic.getInt(0) == FrameHead.MAGIC;
    }

    /** Reads everything but the payloads. */
    static FrameSnapshot read(Path path, FileChannel file, long start) throws IOException {
        long fileBytes = file.size();
        if (fileBytes - start < FrameHead.BYTES) {
            throw new WireException("the snapshot is cut off after " + (fileBytes - start)
                    + " bytes, expected at least " + FrameHead.BYTES);
        }
        ByteBuffer first = ByteBuffer.allocate(FrameHead.BYTES);
        FileReading.fully(path, file, first, start);
        FrameHead head = FrameHead.decode(first, fileBytes - start);
        ByteBuffer header = ByteBuffer.allocate(FrameHead.SKIPPABLE_BYTES);
        FileReading.fully(path, file, header, start + head.indexOffset());
        head.checkIndexHeader(header);
        long at = start + head.indexOffset() + FrameHead.SKIPPABLE_BYTES;
        ByteBuffer content = content(path, file, head, at);
        ByteBuffer stream = FrameIndex.stream(content, head.id());
        Listing listing = new Listing(head);
        MainStreamReader reader = new MainStreamReader(into -> take(stream, into), path.toString(), head.pageSize(),
                DeviceTail.TAIL_LIMIT, listing);
        byte[] tail = reader.read();
        if (listing.blocks == null) {
            throw new WireException("index: received a stream without a list of RAM blocks, expected one");
        }
        FrameIndex index = FrameIndex.decode(content, listing.blocks, head.indexOffset());
        return new FrameSnapshot(path, file, start, fileBytes, head, listing.configuration, listing.blocks,
                reader.ramSections(), tail, at + FrameIndex.STREAM_OFFSET + reader.tailStart(), index);
    }

    private static ByteBuffer content(Path path, FileChannel file, FrameHead head, long at) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(head.indexBytes());
        FileReading.fully(path, file, content, at);
        CRC32C sum = new CRC32C();
        sum.update(content.flip());
        if ((int) sum.getValue() != head.indexSum()) {
            throw new WireException(String.format("index: received the checksum %08x, expected %08x; its bytes were "
                    + "changed", (int) sum.getValue(), head.indexSum()));
        }
        return content.clear();
    }

    private static int take(ByteBuffer from, ByteBuffer into) {
        if (!from.hasRemaining()) {
            return -1;
        }
        int bytes = Math.min(from.remaining(), into.remaining());
        into.put(into.position(), from, from.position(), bytes).position(into.position() + bytes);
        from.position(from.position() + bytes);
        return bytes;
    }

    /** What the stream says. */
    private static final class Listing implements MainStreamHandler {

        private final FrameHead head;
        private Configuration configuration;
        private RamBlocks blocks;

        Listing(FrameHead head) {
            this.head = head;
        }

        @Override
        public void configuration(Configuration received) throws WireException {
            if (received.pageSize() != 0 && received.pageSize() != head.pageSize()) {
                throw new WireException("configuration: received page size " + received.pageSize() + ", expected "
                        + head.pageSize() + " as the head says");
            }
            if (received.capabilities().contains(Snapshot.CAPABILITY)) {
                throw new WireException("configuration: received the capability " + Snapshot.CAPABILITY
                        + ", expected none of a file whose pages have places");
            }
            configuration = received;
        }

        @Override
        public void beforeRam(byte[] sections) throws WireException {
            if (configuration == null) {
                throw new WireException("received a section before the list of RAM blocks and no configuration, "
                        + "expected one before it");
            }
            configuration = configuration.with(sections);
        }

        @Override
        public void ramList(List<BlockEntry> entries) throws WireException {
            long pages = 0;
            for (BlockEntry entry : entries) {
                if (entry.length() / head.pageSize() > PlacedBlock.PAGES_LIMIT - pages) {
                    throw new WireException("received more than " + PlacedBlock.PAGES_LIMIT
                            + " pages of RAM, expected at most that");
                }
                pages += entry.length() / head.pageSize();
            }
            GuestHeap.check(pages, head.pageSize(), GuestHeap.BITS_OF_SNAPSHOT);
            List<RamBlock> list = new ArrayList<>();
            try {
                for (BlockEntry entry : entries) {
                    list.add(RamBlock.withoutMemory(entry.name(), head.pageSize(), entry.length()));
                }
                blocks = new RamBlocks(list);
            } catch (IllegalArgumentException e) {
                throw new WireException(e.getMessage(), e);
            }
        }
    }

    @Override
    public long endOfStream() {
        return start + head.bytes();
    }

    @Override
    public String method() {
        return head.method();
    }

    @Override
    public int formatVersion() {
        return head.methodFormat();
    }

    @Override
    public boolean isPresent(int block, long offset) {
        return index.frameOf(block, offset / blocks.pageSize()) != 0;
    }

    @Override
    public long presentPages(int block) {
        return index.present(block);
    }

    @Override
    public long deadBytes() {
        return index.deadBytes(head.indexOffset());
    }

    /** Reads a frame's payload and checks its sum. Any thread. */
    void payload(Frame frame, ByteBuffer into, CRC32C sum) throws GuestFileException {
        into.clear().limit(frame.length);
        FileReading.fully(path, file, into, start + frame.position);
        sum.reset();
        sum.update(into.flip());
        into.flip();
        if ((int) sum.getValue() != frame.sum) {
            throw damaged(frame, String.format("received %d bytes with the checksum %08x, expected %08x", frame.length,
                    (int) sum.getValue(), frame.sum), null);
        }
    }

    /** A frame that is not as it was written. */
    GuestFileException damaged(Frame frame, String what, Throwable cause) {
        return new GuestFileException(path + ": frame at byte " + (start + frame.position) + ", " + frame.current
                + " pages of " + blocks.get(frame.block).name() + " from 0x" + Long.toHexString(frame.firstCurrent())
                + " on: " + what + "; the file is damaged, use another copy of it", cause);
    }

    @Override
    public SendChannels.Round round() {
        return new FrameRound(this);
    }

    @Override
    public PageSource source(Seats seats, boolean unread) {
        return new FrameSource(this, seats);
    }

    @Override
    public StretchWorker loader(Seats seats, PageTarget target) {
        return new FrameLoader(this, seats, target);
    }

    @Override
    public PageReader reader(Seats seats) {
        return new FrameReader(this, seats);
    }

    @Override
    public void close() {
        FileReading.close(file);
    }
}
