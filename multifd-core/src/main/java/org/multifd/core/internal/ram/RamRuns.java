package org.multifd.core.internal.ram;

import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import org.multifd.api.PageRuns;

/**
 * Pages of a block as runs of neighbouring pages. One channel's, reused for each packet: views are made once per
 * segment and run, then only moved.
 */
public final class RamRuns implements PageRuns {

    private final int pageSize;
    private final int pageCount;
    private final boolean readOnly;
    private final Map<RamBlock, ByteBuffer[][]> views = new IdentityHashMap<>();
    private final ByteBuffer[] buffers;
    private final int[] starts;
    private final int[] lengths;
    private int runs;
    private int pages;
    /** Of the pages, as the guest knows them. */
    private String name;
    private long[] addresses;

    /** @param readOnly while sending */
    public RamRuns(int pageSize, int pageCount, boolean readOnly) {
        this.pageSize = pageSize;
        this.pageCount = pageCount;
        this.readOnly = readOnly;
        // Slot 0 is the caller's, for what goes out in front of the pages in one gathering write.
        this.buffers = new ByteBuffer[pageCount + 1];
        this.starts = new int[pageCount];
        this.lengths = new int[pageCount];
    }

    /**
     * Takes the first {@code count} offsets, in their order. They are checked already, and stay as they are while the
     * runs are in use.
     */
    public void set(RamBlock block, long[] offsets, int count) {
        set(block, offsets, count, block.name(), offsets);
    }

    /**
     * Takes pages that lie elsewhere than in their own block.
     *
     * @param block where they lie
     * @param offsets where they lie in it
     * @param of the name of the block that they belong to
     * @param addresses where they belong in that
     */
    public void set(RamBlock block, long[] offsets, int count, String of, long[] addresses) {
        this.name = of;
        this.addresses = addresses;
        ByteBuffer[][] ofBlock = views.computeIfAbsent(block, b -> new ByteBuffer[b.segments()][]);
        runs = 0;
        pages = count;
        int i = 0;
        int checked = -1;
        while (i < count) {
            long first = offsets[i];
            int segment = block.segment(first);
            if (segment != checked) {
                block.check(segment, !readOnly);
                checked = segment;
            }
            long next = first + pageSize;
            i++;
            while (i < count && offsets[i] == next && block.segment(next) == segment) {
                next += pageSize;
                i++;
            }
            starts[runs] = block.indexInSegment(first);
            lengths[runs] = (int) (next - first);
            buffers[runs + 1] = view(ofBlock, block, segment, runs);
            runs++;
        }
    }

    /**
     * The index behind the last of those offsets that follow {@code offsets[first]} without a gap, at most {@code end}.
     */
    public static int endOfRun(long[] offsets, int first, int end, int pageSize) {
        int i = first + 1;
        while (i < end && offsets[i] == offsets[i - 1] + pageSize) {
            i++;
        }
        return i;
    }

    private ByteBuffer view(ByteBuffer[][] ofBlock, RamBlock block, int segment, int run) {
        ByteBuffer[] ofSegment = ofBlock[segment];
        if (ofSegment == null) {
            ofSegment = new ByteBuffer[pageCount];
            ofBlock[segment] = ofSegment;
        }
        ByteBuffer view = ofSegment[run];
        if (view == null) {
            view = readOnly ? block.view(segment).asReadOnlyBuffer() : block.view(segment);
            ofSegment[run] = view;
        }
        return view;
    }

    /** The runs' buffers from index 1 on, each set to its run; index 0 is the caller's. */
    public ByteBuffer[] buffers() {
        for (int run = 0; run < runs; run++) {
            position(run);
        }
        return buffers;
    }

    private ByteBuffer position(int run) {
        return buffers[run + 1].order(ByteOrder.BIG_ENDIAN).limit(starts[run] + lengths[run]).position(starts[run]);
    }

    @Override
    public int pageSize() {
        return pageSize;
    }

    @Override
    public int pages() {
        return pages;
    }

    @Override
    public int bytes() {
        return pages * pageSize;
    }

    @Override
    public int runs() {
        return runs;
    }

    @Override
    public String block() {
        return name;
    }

    @Override
    public long offset(int page) {
        return addresses[Objects.checkIndex(page, pages)];
    }

    @Override
    public ByteBuffer buffer(int run) {
        return position(Objects.checkIndex(run, runs));
    }

    @Override
    public void copyTo(ByteBuffer dst) {
        if (dst.remaining() < bytes()) {
            throw new BufferOverflowException();
        }
        for (int run = 0; run < runs; run++) {
            dst.put(position(run));
        }
    }

    @Override
    public void copyFrom(ByteBuffer src) {
        if (readOnly) {
            throw new ReadOnlyBufferException();
        }
        if (src.remaining() < bytes()) {
            throw new BufferUnderflowException();
        }
        for (int run = 0; run < runs; run++) {
            ByteBuffer to = position(run);
            to.put(to.position(), src, src.position(), lengths[run]);
            src.position(src.position() + lengths[run]);
        }
    }
}
