package org.multifd.core.snapshot;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.multifd.core.ram.PageBitmap;
import org.multifd.core.ram.PageTarget;
import org.multifd.core.ram.RamBlocks;
import org.multifd.core.ram.ReceivedPages;
import org.multifd.core.stream.Configuration;
import org.multifd.core.stream.MappedRamStream;
import org.multifd.core.stream.RamSections;
import org.multifd.core.wire.PacketHeader;
import org.multifd.core.wire.WireException;

/**
 * Writes one mapped-ram file: {@link #create}, {@link #begin}, pages through {@link #target targets}, one for each thread,
 * {@link #complete}, then {@link #keep}. {@link #abandon} at any time before that leaves nothing behind. But for the
 * targets, one thread's.
 */
public final class SnapshotWriter {

    private static final int BUFFER = 64 * 1024;

    private final PendingFile file;
    private Configuration configuration;
    private RamBlocks blocks;
    private SnapshotLayout layout;
    private PageBitmap[] present;
    private ReceivedPages pages;

    private SnapshotWriter(PendingFile file) {
        this.file = file;
    }

    /**
     * Makes sure that there can be such a file, by making it under another name beside it.
     *
     * @param replace whether a file of that name may be there
     */
    public static SnapshotWriter create(Path file, boolean replace) throws SnapshotException {
        return new SnapshotWriter(PendingFile.create(file, replace));
    }

    /**
     * The guest's shape is known: everything gets its place.
     *
     * @param received the source's configuration, or null if it sent none
     * @param ofBlocks their shapes
     */
    public void begin(Configuration received, RamBlocks ofBlocks) throws WireException {
        configuration = received;
        blocks = ofBlocks;
        layout = new SnapshotLayout(MappedRamStream.headBytes(configuration), blocks);
        present = new PageBitmap[blocks.count()];
        for (int i = 0; i < present.length; i++) {
            present[i] = new PageBitmap(blocks.get(i).pages());
        }
        pages = new ReceivedPages(blocks);
    }

    /** One thread's way to put pages into the file. */
    public PageTarget target() {
        return new FileTarget(file, layout, blocks, present, pages, PacketHeader.pageCount(blocks.pageSize()));
    }

    /** What has arrived so far; after {@link #begin}. */
    public ReceivedPages received() {
        return pages;
    }

    /** All pages are there: writes the rest, syncs, and gives the file its name. */
    public void complete(RamSections sections, byte[] tail) throws IOException {
        DataOutputStream head = from(0);
        MappedRamStream.writeHead(head, configuration, sections.id(), blocks.length());
        head.flush();
        for (int i = 0; i < blocks.count(); i++) {
            DataOutputStream entry = from(layout.entry(i));
            MappedRamStream.writeEntry(entry, blocks.get(i), layout.bitmap(i), layout.pages(i));
            entry.flush();
            writeBitmap(i);
        }
        DataOutputStream rest = from(layout.end());
        MappedRamStream.writeRest(rest, sections, tail);
        rest.flush();
        file.publish();
    }

    private DataOutputStream from(long position) {
        return new DataOutputStream(new BufferedOutputStream(file.from(position), BUFFER));
    }

    /** Little-endian words, whatever machine this is: what it is on the machines that QEMU's x86 guests run on. */
    private void writeBitmap(int block) throws IOException {
        PageBitmap bitmap = present[block];
        ByteBuffer words = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        long at = layout.bitmap(block);
        for (int i = 0; i < bitmap.words(); i++) {
            words.putLong(bitmap.word(i));
            if (!words.hasRemaining() || i == bitmap.words() - 1) {
                words.flip();
                at += words.remaining();
                file.write(words, at - words.remaining());
                words.clear();
            }
        }
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
