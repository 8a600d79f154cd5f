package org.multifd.core.internal.snapshot;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.function.IntFunction;
import org.multifd.core.internal.channel.RateLimiter;
import org.multifd.core.internal.channel.StretchWorker;
import org.multifd.core.internal.ram.PageBitmap;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.ram.ReceivedPages;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.MappedRamStream;
import org.multifd.core.internal.stream.RamSections;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * Writes one mapped-ram file: {@link #create}, {@link #begin}, pages through {@link #target targets}, one for each thread,
 * {@link #complete}, then {@link #keep}. {@link #abandon} at any time before that leaves nothing behind. But for the
 * targets, one thread's.
 */
public final class SnapshotWriter {

    private static final int BUFFER = 64 * 1024;

    private final WrittenFile file;
    private final long offset;
    private Configuration configuration;
    private RamBlocks blocks;
    private SnapshotLayout layout;
    private PagePlaces places;
    private ReceivedPages received;
    private volatile long streamBytes;

    private SnapshotWriter(WrittenFile file, long offset) {
        this.file = file;
        this.offset = offset;
    }

    /**
     * Makes sure that there can be such a file: makes it under another name beside it, or, with an offset, opens it in place.
     *
     * @param offset where in the file the snapshot begins; 0 for a file that is the snapshot's own
     */
    public static SnapshotWriter create(Path file, long offset, Existing existing) throws SnapshotException {
        return new SnapshotWriter(offset == 0 ? PendingFile.create(file, existing) : SharedFile.open(file, offset, existing),
                offset);
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
        layout = new SnapshotLayout(offset + MappedRamStream.headBytes(configuration), blocks);
        file.begin();
        places = new PagePlaces(file, layout, blocks);
        received = new ReceivedPages(blocks);
    }

    /** One thread's way to put pages into the file. */
    public PageTarget target() {
        return new FileTarget(places, received, PacketHeader.pageCount(blocks.pageSize()));
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
    public StretchWorker saver(PageSource source, IntFunction<BitSet> pending, boolean detectZeroPages, RateLimiter rateLimiter) {
        return new PageSaver(places, source, pending, detectZeroPages, rateLimiter);
    }

    /** To the disk with the pages that have been put so far. */
    public void sync() throws IOException {
        file.sync();
    }

    /** All pages are there: writes the rest, its beginning last, syncs, and gives the file its name. */
    public void complete(RamSections sections, byte[] tail) throws IOException {
        for (int i = 0; i < blocks.count(); i++) {
            DataOutputStream entry = from(layout.entry(i));
            MappedRamStream.writeEntry(entry, blocks.get(i), layout.bitmap(i), layout.pages(i));
            flush(entry);
            writeBitmap(i);
        }
        DataOutputStream rest = from(layout.end());
        MappedRamStream.writeRest(rest, sections, tail);
        flush(rest);
        file.seal();
        DataOutputStream head = from(offset);
        MappedRamStream.writeHead(head, configuration, sections.id(), blocks.length());
        flush(head);
        file.publish();
    }

    private DataOutputStream from(long position) {
        return new DataOutputStream(new BufferedOutputStream(file.from(position), BUFFER));
    }

    private void flush(DataOutputStream out) throws IOException {
        out.flush();
        streamBytes += out.size();
    }

    /** Little-endian words, whatever machine this is: what it is on the machines that QEMU's x86 guests run on. */
    private void writeBitmap(int block) throws IOException {
        PageBitmap bitmap = places.present(block);
        ByteBuffer words = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        long at = layout.bitmap(block);
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
