package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;
import org.multifd.core.internal.channel.RateLimiter;
import org.multifd.core.internal.channel.StretchWorker;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.ram.PageBitmap;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.ram.ReceivedPages;
import org.multifd.core.internal.ram.Scratch;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.MappedRamStream;
import org.multifd.core.internal.stream.Output;
import org.multifd.core.internal.stream.RamSections;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * Writes one mapped-ram file: {@link #create}, {@link #begin}, pages through {@link #target targets}, one for each
 * thread, {@link #complete}, then {@link #keep}. {@link #abandon} at any time before that leaves nothing behind. But
 * for the targets, one thread's.
 */
public final class SnapshotWriter {

    private static final int BUFFER = 64 * 1024;

    private final WrittenFile file;
    private final long offset;
    private Configuration configuration;
    private RamBlocks blocks;
    private List<PlacedBlock> places;
    private ReceivedPages received;
    private volatile long streamBytes;

    private SnapshotWriter(WrittenFile file, long offset) {
        this.file = file;
        this.offset = offset;
    }

    /**
     * Makes sure that there can be such a file: makes it under another name beside it, or, with an offset, opens it in
     * place.
     *
     * @param offset where in the file the snapshot begins; 0 for a file that is the snapshot's own
     */
    public static SnapshotWriter create(Path file, long offset, IfExists existing) throws GuestFileException {
        return new SnapshotWriter(offset == 0 ? PendingFile.create(file, existing)
                : SharedFile.open(file, offset, existing), offset);
    }

    /**
     * The guest's shape is known: everything gets its place.
     *
     * @param ofSource the source's configuration, or null if it sent none
     * @param ofBlocks their shapes
     */
    public void begin(Configuration ofSource, RamBlocks ofBlocks) throws IOException {
        configuration = ofSource;
        blocks = ofBlocks;
        places = PlacedBlock.layout(offset + MappedRamStream.headBytes(configuration), blocks);
        file.begin();
        received = new ReceivedPages(blocks);
    }

    /** One thread's way to put pages into the file. */
    public PageTarget target() {
        return new Target();
    }

    private final class Target implements PageTarget {

        private final Scratch scratch = new Scratch(blocks.pageSize(), PacketHeader.pageCount(blocks.pageSize()),
                SnapshotWriter.this::write);

        @Override
        public RamRuns runs(int block, long[] offsets, int count) {
            return scratch.runs(blocks.get(block).name(), offsets, count);
        }

        @Override
        public void arrived(int block, long[] offsets, int normal, int zero) throws IOException {
            scratch.write(block, offsets, normal);
            for (int i = normal; i < normal + zero; i++) {
                clear(block, offsets[i]);
            }
            received.mark(block, offsets, normal + zero);
        }
    }

    RamBlocks blocks() {
        return blocks;
    }

    /** Writes neighbouring pages, the first of which is at this offset in the block. May be called from any thread. */
    void write(int block, long offset, ByteBuffer pages) throws IOException {
        PlacedBlock placed = places.get(block);
        long first = offset / blocks.pageSize();
        long end = first + pages.remaining() / blocks.pageSize();
        file.write(pages, placed.position(offset));
        placed.present().set(first, end);
    }

    /**
     * Notes a zero page; what an earlier round wrote stays in its place, and counts no more. May be called from any
     * thread.
     */
    void clear(int block, long offset) {
        PageBitmap present = places.get(block).present();
        long page = offset / blocks.pageSize();
        if (present.get(page)) {
            present.clear(page);
        }
    }

    /** What has arrived so far through targets; after {@link #begin}. */
    public ReceivedPages received() {
        return received;
    }

    /**
     * One thread's way to put a round's pages of the guest's memory into the file.
     *
     * @param source the thread's own
     * @param pending which pages of a block the round has; it stays as it is while the round lasts
     */
    public StretchWorker saver(PageSource source, IntFunction<BitSet> pending, boolean detectZeroPages,
            RateLimiter rateLimiter) {
        return new PageSaver(this, source, pending, detectZeroPages, rateLimiter);
    }

    /** To the disk with the pages that have been put so far. */
    public void sync() throws IOException {
        file.sync();
    }

    /** All pages are there: writes the rest, its beginning last, syncs, and gives the file its name. */
    public void complete(RamSections sections, byte[] tail) throws IOException {
        long end = 0;
        for (PlacedBlock each : places) {
            Output entry = from(each.bitmapOffset() - MappedRamStream.entryBytes(each.block()));
            MappedRamStream.writeEntry(entry, each.block(), each.bitmapOffset(), each.pagesOffset());
            flush(entry);
            writeBitmap(each.present(), each.bitmapOffset());
            end = each.position(each.block().length());
        }
        Output rest = from(end);
        MappedRamStream.writeRest(rest, sections, tail);
        flush(rest);
        file.seal();
        Output head = from(offset);
        MappedRamStream.writeHead(head, configuration, sections.id(), blocks.length());
        flush(head);
        file.publish();
    }

    private Output from(long position) {
        return new Output((from, at) -> file.write(from, position + at), BUFFER);
    }

    private void flush(Output out) throws IOException {
        out.flush();
        streamBytes += out.written();
    }

    /** Little-endian words, whatever machine this is: what it is on the machines that QEMU's x86 guests run on. */
    private void writeBitmap(PageBitmap bitmap, long position) throws IOException {
        ByteBuffer words = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        long at = position;
        for (int i = 0; i < bitmap.words(); i++) {
            words.putLong(bitmap.word(i));
            if (!words.hasRemaining() || i == bitmap.words() - 1) {
                words.flip();
                at += words.remaining();
                streamBytes += words.remaining();
                file.write(words, at - words.remaining());
                words.clear();
            }
        }
    }

    /** What has been written besides pages, in bytes. Any thread. */
    public long streamBytes() {
        return streamBytes;
    }

    /** Whoever waited for the file knows that it is complete: it stays. */
    public void keep() {
        file.keep();
    }

    /** Nothing of it stays, and what it replaced is there again. Does nothing after {@link #keep}. */
    public void abandon() {
        file.abandon();
    }
}
