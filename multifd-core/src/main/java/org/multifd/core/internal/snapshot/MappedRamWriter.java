package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;
import org.multifd.core.internal.channel.RateLimiter;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.channel.StretchWorker;
import org.multifd.core.internal.ram.PageBitmap;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.ram.Scratch;
import org.multifd.core.internal.stream.MappedRamStream;
import org.multifd.core.internal.stream.Output;
import org.multifd.core.internal.stream.RamSections;
import org.multifd.core.internal.wire.PacketHeader;

/** Writes one mapped-ram file: each page has its place, so that pages that come again take no more room. */
final class MappedRamWriter extends SnapshotWriter {

    private static final int BUFFER = 64 * 1024;

    private List<PlacedBlock> places;

    MappedRamWriter(WrittenFile file, long offset) {
        super(file, offset);
    }

    /** Everything gets its place. */
    @Override
    void lay(Seats seats) throws IOException {
        places = PlacedBlock.layout(offset() + MappedRamStream.headBytes(configuration()), blocks());
    }

    @Override
    public PageTarget target() {
        return new Target();
    }

    private final class Target implements PageTarget {

        private final Scratch scratch = new Scratch(blocks().pageSize(), PacketHeader.pageCount(blocks().pageSize()),
                MappedRamWriter.this::write);

        @Override
        public RamRuns runs(int block, long[] offsets, int count) {
            return scratch.runs(blocks().get(block).name(), offsets, count);
        }

        @Override
        public void arrived(int block, long[] offsets, int normal, int zero) throws IOException {
            scratch.write(block, offsets, normal);
            for (int i = normal; i < normal + zero; i++) {
                clear(block, offsets[i]);
            }
            received().mark(block, offsets, normal + zero);
        }
    }

    /** Writes neighbouring pages, the first of which is at this offset in the block. May be called from any thread. */
    void write(int block, long offset, ByteBuffer pages) throws IOException {
        PlacedBlock placed = places.get(block);
        long first = offset / blocks().pageSize();
        long end = first + pages.remaining() / blocks().pageSize();
        file().write(pages, placed.position(offset));
        placed.present().set(first, end);
    }

    /**
     * Notes a zero page; what an earlier round wrote stays in its place, and counts no more. May be called from any
     * thread.
     */
    void clear(int block, long offset) {
        PageBitmap present = places.get(block).present();
        long page = offset / blocks().pageSize();
        if (present.get(page)) {
            present.clear(page);
        }
    }

    @Override
    public StretchWorker saver(PageSource source, IntFunction<BitSet> pending, boolean detectZeroPages,
            RateLimiter rateLimiter) {
        return new PageSaver(this, source, pending, detectZeroPages, rateLimiter);
    }

    /** Writes the rest, its beginning last. */
    @Override
    void writeRest(RamSections sections, byte[] tail) throws IOException {
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
        file().seal();
        Output head = from(offset());
        MappedRamStream.writeHead(head, configuration(), sections.id(), blocks().length());
        flush(head);
    }

    private Output from(long position) {
        return new Output((from, at) -> file().write(from, position + at), BUFFER);
    }

    private void flush(Output out) throws IOException {
        out.flush();
        wrote(out.written());
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
                wrote(words.remaining());
                file().write(words, at - words.remaining());
                words.clear();
            }
        }
    }
}
