package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.multifd.core.internal.ram.FileWay;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.ram.ZeroPages;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * Pages of a snapshot, through one packet's worth of memory: neighbours are read together. What {@link #isZero} has
 * looked at is not read again as long as all of it lies in one stretch of the block, as a packet's pages do.
 */
public final class FileSource implements PageSource {

    private final MappedRamSnapshot snapshot;
    private final boolean unread;
    private final int pageSize;
    private final int pageCount;
    private final ByteBuffer memory;
    private final RamBlock scratch;
    private final RamRuns runs;
    private final ZeroPages zeroPages;
    private final long[] slots;

    /** Which pages of the stretch are in memory, each at its place in it. */
    private final boolean[] loaded;
    private PlacedBlock block;
    private long stretch = -1;

    public FileSource(MappedRamSnapshot snapshot) {
        this(snapshot, false);
    }

    /** @param unread whether pages are to leave without being read: what the file has is not looked at, zero or not */
    public FileSource(MappedRamSnapshot snapshot, boolean unread) {
        this.snapshot = snapshot;
        this.unread = unread;
        this.pageSize = snapshot.blocks().pageSize();
        this.pageCount = PacketHeader.pageCount(pageSize);
        this.memory = ByteBuffer.allocateDirect(PacketHeader.PACKET_BYTES);
        this.scratch = new RamBlock("scratch", pageSize, false, memory);
        this.runs = new RamRuns(pageSize, pageCount, true);
        this.zeroPages = new ZeroPages(pageSize);
        this.slots = new long[pageCount];
        this.loaded = new boolean[pageCount];
    }

    private void take(RamBlock of) {
        if (block == null || block.block() != of) {
            block = snapshot.placed(of);
            forget();
        }
    }

    private void forget() {
        stretch = -1;
        Arrays.fill(loaded, false);
    }

    /** A page that the file does not have is zero, and so is one that only looks as if it had content. */
    @Override
    public boolean isZero(RamBlock of, long offset) throws IOException {
        take(of);
        if (!isPresent(offset)) {
            return true;
        }
        if (unread) {
            return false;
        }
        long wanted = offset / PacketHeader.PACKET_BYTES;
        if (wanted != stretch) {
            forget();
            stretch = wanted;
        }
        int slot = slot(offset);
        if (!loaded[slot]) {
            loadFrom(offset, slot);
        }
        return zeroPages.isZero(scratch, (long) slot * pageSize);
    }

    private boolean isPresent(long offset) {
        return block.present().get(offset / pageSize);
    }

    private int slot(long offset) {
        return (int) (offset % PacketHeader.PACKET_BYTES) / pageSize;
    }

    /** Reads the page and its neighbours up to the stretch's end. */
    private void loadFrom(long offset, int slot) throws IOException {
        int end = slot;
        long next = offset;
        do {
            loaded[end++] = true;
            next += pageSize;
        } while (end < pageCount && next < block.block().length() && !loaded[end] && isPresent(next));
        read(offset, slot, end - slot);
    }

    private void read(long offset, int slot, int pages) throws IOException {
        snapshot.read(memory.clear().position(slot * pageSize).limit((slot + pages) * pageSize),
                block.position(offset));
    }

    @Override
    public RamRuns read(RamBlock of, long[] offsets, int count) throws IOException {
        take(of);
        if (!holds(offsets, count)) {
            forget();
            fill(offsets, count);
        }
        runs.set(scratch, slots, count, of.name(), offsets);
        return runs;
    }

    /** A page that the file does not have may be stale bytes there. */
    @Override
    public boolean canLeave(RamBlock of, long[] offsets, int count) {
        take(of);
        int i = 0;
        while (unread && i < count && isPresent(offsets[i])) {
            i++;
        }
        return unread && i == count;
    }

    @Override
    public void leave(RamBlock of, long[] offsets, int count, FileWay to) throws IOException {
        take(of);
        int end;
        for (int first = 0; first < count; first = end) {
            end = RamRuns.endOfRun(offsets, first, count, pageSize);
            snapshot.transfer(block.position(offsets[first]), (long) (end - first) * pageSize, to);
        }
    }

    /** Whether all of them are in memory; if so, where. */
    private boolean holds(long[] offsets, int count) {
        for (int i = 0; i < count; i++) {
            int slot = slot(offsets[i]);
            if (offsets[i] / PacketHeader.PACKET_BYTES != stretch || !loaded[slot]) {
                return false;
            }
            slots[i] = (long) slot * pageSize;
        }
        return true;
    }

    /** Reads them one behind the other, neighbours together. */
    private void fill(long[] offsets, int count) throws IOException {
        int i = 0;
        while (i < count) {
            int first = i;
            boolean present = isPresent(offsets[i]);
            do {
                slots[i] = (long) i * pageSize;
                i++;
            } while (i < count && offsets[i] == offsets[i - 1] + pageSize && isPresent(offsets[i]) == present);
            if (present) {
                read(offsets[first], first, i - first);
            } else {
                for (int page = first; page < i; page++) {
                    zeroPages.clear(scratch, slots[page]);
                }
            }
        }
    }
}
