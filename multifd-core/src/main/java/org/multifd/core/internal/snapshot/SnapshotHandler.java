package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.ram.GuestHeap;
import org.multifd.core.internal.ram.PageBitmap;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.MainStreamHandler;
import org.multifd.core.internal.stream.MappedRamStream;
import org.multifd.core.internal.wire.Limits;
import org.multifd.core.internal.wire.Text;
import org.multifd.core.internal.wire.WireException;

/** Checks what a mapped-ram file says before anything is made of it. */
final class SnapshotHandler implements MainStreamHandler {

    /** Shared memory adds a field to each block's entry, and its pages would not be in the file. */
    private static final String IGNORE_SHARED = "x-ignore-shared";

    private static final int HEADER_VERSION = 1;

    private static final int BITMAP_BUFFER = 64 * 1024;

    private final Path path;
    private final FileChannel file;
    private final long fileBytes;
    private final List<PlacedBlock> blocks = new ArrayList<>();
    private Configuration configuration;
    private int pageSize;
    private long pages;

    SnapshotHandler(Path path, FileChannel file, long fileBytes) {
        this.path = path;
        this.file = file;
        this.fileBytes = fileBytes;
    }

    Configuration configuration() {
        return configuration;
    }

    List<PlacedBlock> blocks() {
        return List.copyOf(blocks);
    }

    private GuestFileException wrong(String what) {
        return new GuestFileException(path + ": " + what);
    }

    @Override
    public void configuration(Configuration received) throws GuestFileException {
        if (!received.capabilities().contains(MappedRamStream.CAPABILITY)) {
            throw wrong("received a migration stream with capabilities "
                    + Text.quote(String.join(", ", received.capabilities()))
                    + ", expected mapped-ram among them; save with this capability on");
        }
        if (received.capabilities().contains(IGNORE_SHARED)) {
            throw wrong("received a snapshot with capability " + IGNORE_SHARED + ", expected one that has all of RAM");
        }
        configuration = received;
        pageSize = received.pageSize();
    }

    @Override
    public void beforeRam(byte[] sections) throws GuestFileException {
        checkConfiguration();
        configuration = configuration.with(sections);
    }

    private void checkConfiguration() throws GuestFileException {
        if (configuration == null) {
            throw wrong("received no configuration section, expected one with the capability mapped-ram");
        }
    }

    @Override
    public void placed(BlockEntry block, Place header, long end) throws GuestFileException {
        checkConfiguration();
        String where = "RAM block " + Text.quote(block.name()) + ", mapped-ram header at byte " + (end - 28) + ": ";
        if (header.version() != HEADER_VERSION) {
            throw wrong(where + "received version " + Integer.toUnsignedString(header.version()) + ", expected "
                    + HEADER_VERSION);
        }
        checkPageSize(where, header.pageSize());
        if (block.length() % pageSize != 0) {
            throw wrong(where + "received a block of " + block.length()
                    + " bytes, expected a multiple of the page size " + pageSize);
        }
        long count = block.length() / pageSize;
        if (count > PlacedBlock.PAGES_LIMIT - pages) {
            throw wrong(where + "received " + (pages + count) + " pages of RAM and more, expected at most "
                    + PlacedBlock.PAGES_LIMIT);
        }
        pages += count;
        try {
            GuestHeap.check(pages, pageSize, GuestHeap.BITS_OF_SNAPSHOT);
        } catch (WireException e) {
            throw wrong(e.getMessage());
        }
        long bitmapBytes = PlacedBlock.bitmapBytes(count);
        checkRange(where + "bitmap", header.bitmapOffset(), bitmapBytes, end);
        checkRange(where + "pages", header.pagesOffset(), block.length(), header.bitmapOffset() + bitmapBytes);
        if (header.pagesOffset() % pageSize != 0) {
            throw wrong(where + "received pages at byte " + header.pagesOffset()
                    + ", expected a multiple of the page size " + pageSize);
        }
        blocks.add(new PlacedBlock(shape(where, block), header.bitmapOffset(), header.pagesOffset(),
                bitmap(where, header.bitmapOffset(), count)));
    }

    private void checkPageSize(String where, long received) throws GuestFileException {
        if (pageSize != 0 && received != pageSize) {
            throw wrong(where + "received page size " + Long.toUnsignedString(received) + ", expected " + pageSize
                    + " as before it");
        }
        if (!Limits.isPageSize(received)) {
            throw wrong(where + "received page size " + Long.toUnsignedString(received) + ", expected "
                    + Limits.PAGE_SIZES_TEXT);
        }
        pageSize = (int) received;
    }

    /** The list, bitmaps and pages follow each other, so that none can lie over another. */
    private void checkRange(String what, long from, long bytes, long least) throws GuestFileException {
        boolean plausible = from >= least && from - least <= PlacedBlock.ALIGNMENT;
        if (plausible && from + bytes > fileBytes) {
            throw wrong("the file is cut off at byte " + fileBytes + ": expected at least " + (from + bytes)
                    + " bytes (" + what + ")");
        }
        if (from < least || bytes > fileBytes || from > fileBytes - bytes) {
            throw wrong(what + ": received " + bytes + " bytes from byte " + Long.toUnsignedString(from)
                    + " on, expected them between byte " + least + " and the file's end at byte " + fileBytes);
        }
    }

    private RamBlock shape(String where, BlockEntry block) throws GuestFileException {
        try {
            return RamBlock.withoutMemory(block.name(), pageSize, block.length());
        } catch (IllegalArgumentException e) {
            throw wrong(where + e.getMessage());
        }
    }

    private PageBitmap bitmap(String where, long position, long count) throws GuestFileException {
        PageBitmap bitmap = new PageBitmap(count);
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BITMAP_BUFFER, (long) bitmap.words() * Long.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        long at = position;
        for (int word = 0; word < bitmap.words();) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), (long) (bitmap.words() - word) * Long.BYTES));
            FileReading.fully(path, file, buffer, at);
            at += buffer.limit();
            buffer.flip();
            while (buffer.hasRemaining()) {
                bitmap.add(word++, buffer.getLong());
            }
        }
        if ((count & 63) != 0 && bitmap.word(bitmap.words() - 1) >>> count != 0) {
            throw wrong(where + "received bits behind page " + (count - 1) + " in the bitmap, expected none");
        }
        return bitmap;
    }
}
