package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.function.IntFunction;
import org.multifd.core.internal.channel.RateLimiter;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.channel.StretchWorker;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.ram.ReceivedPages;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.RamSections;

/**
 * Writes one snapshot: {@link #create}, {@link #begin}, pages through {@link #target targets} or {@link #saver savers},
 * one for each thread, {@link #complete}, then {@link #keep}. {@link #abandon} at any time before that leaves nothing
 * behind. But for the targets and savers, one thread's.
 */
public abstract sealed class SnapshotWriter permits MappedRamWriter, FrameWriter {

    private final WrittenFile file;
    private final long offset;
    private Configuration configuration;
    private RamBlocks blocks;
    private ReceivedPages received;
    private volatile long streamBytes;

    SnapshotWriter(WrittenFile file, long offset) {
        this.file = file;
        this.offset = offset;
    }

    /** A mapped-ram file. */
    public static SnapshotWriter create(Path file, long offset, IfExists existing) throws GuestFileException {
        return create(file, offset, existing, Snapshot.NONE);
    }

    /**
     * Makes sure that there can be such a file: makes it under another name beside it, or, with an offset, opens it in
     * place.
     *
     * @param offset where in the file the snapshot begins; 0 for a file that is the snapshot's own
     * @param method what its pages are compressed with; none for a mapped-ram file
     */
    public static SnapshotWriter create(Path file, long offset, IfExists existing, String method)
            throws GuestFileException {
        WrittenFile written = offset == 0 ? PendingFile.create(file, existing)
                : SharedFile.open(file, offset, existing);
        return method.equals(Snapshot.NONE) ? new MappedRamWriter(written, offset)
                : new FrameWriter(written, offset, method);
    }

    /** As {@link #begin(Configuration, RamBlocks, Seats)}, of a mapped-ram file, which has no method. */
    public void begin(Configuration ofSource, RamBlocks ofBlocks) throws IOException {
        begin(ofSource, ofBlocks, null);
    }

    /**
     * The guest's shape is known.
     *
     * @param ofSource the source's configuration, or null if it sent none
     * @param ofBlocks their shapes
     * @param seats where the method comes from
     */
    public void begin(Configuration ofSource, RamBlocks ofBlocks, Seats seats) throws IOException {
        configuration = ofSource;
        blocks = ofBlocks;
        lay(seats);
        file.begin();
        received = new ReceivedPages(blocks);
    }

    /** Before anything is changed: finds out whether such a guest can be written, and where. */
    abstract void lay(Seats seats) throws IOException;

    /** One thread's way to put pages into the file. */
    public abstract PageTarget target();

    /**
     * One thread's way to put a round's pages of the guest's memory into the file.
     *
     * @param source the thread's own
     * @param pending which pages of a block the round has; it stays as it is while the round lasts
     */
    public abstract StretchWorker saver(PageSource source, IntFunction<BitSet> pending, boolean detectZeroPages,
            RateLimiter rateLimiter);

    /** Writes what is left besides pages; {@link WrittenFile#seal seals} the file before its first bytes. */
    abstract void writeRest(RamSections sections, byte[] tail) throws IOException;

    /** All pages are there: writes the rest, its beginning last, syncs, and gives the file its name. */
    public final void complete(RamSections sections, byte[] tail) throws IOException {
        writeRest(sections, tail);
        file.publish();
    }

    final WrittenFile file() {
        return file;
    }

    final long offset() {
        return offset;
    }

    final Configuration configuration() {
        return configuration;
    }

    final RamBlocks blocks() {
        return blocks;
    }

    /** What has arrived so far through targets; after {@link #begin}. */
    public final ReceivedPages received() {
        return received;
    }

    /** To the disk with the pages that have been put so far. */
    public final void sync() throws IOException {
        file.sync();
    }

    final void wrote(long bytes) {
        streamBytes += bytes;
    }

    /** What has been written besides pages, in bytes. Any thread. */
    public final long streamBytes() {
        return streamBytes;
    }

    /** Whoever waited for the file knows that it is complete: it stays. */
    public final void keep() {
        file.keep();
    }

    /** Nothing of it stays, and what it replaced is there again. Does nothing after {@link #keep}. */
    public final void abandon() {
        file.abandon();
    }
}
