package org.multifd.bench.packet;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;
import org.multifd.core.internal.ram.PageBatch;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.ZeroPages;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * The non-zero pages of a block, cut into packets as a channel does, and the same bytes once more without gaps, which
 * is what a bare codec gets.
 */
public final class Packets {

    private static final String WHOLE = "whole";
    private static final String DIRTY = "dirty";

    private final RamBlock block;
    private final List<long[]> packets = new ArrayList<>();
    private final ByteBuffer flat;
    private final int[] starts;

    /**
     * Cuts a block into packets.
     *
     * @param pages {@code whole}: a first round, all of RAM in order, so that pages have neighbours; {@code dirty}: the
     *     worst of a later round, every other page, so that each is a run of its own; {@code dirty:8}: runs of eight
     */
    public Packets(RamBlock block, String pages) {
        this.block = block;
        if (pages.equals(WHOLE)) {
            batches(page -> true);
        } else {
            int run = runLength(pages);
            batches(page -> page / run % 2 == 0);
            batches(page -> page / run % 2 == 1);
        }
        starts = new int[packets.size() + 1];
        for (int i = 0; i < packets.size(); i++) {
            starts[i + 1] = starts[i] + packets.get(i).length * block.pageSize();
        }
        flat = ByteBuffer.allocateDirect(bytes());
        for (long[] offsets : packets) {
            for (long offset : offsets) {
                block.get(offset, flat.limit(flat.position() + block.pageSize()));
            }
        }
        flat.clear();
    }

    private static int runLength(String pages) {
        if (pages.equals(DIRTY)) {
            return 1;
        }
        if (!pages.matches(DIRTY + ":[1-9][0-9]{0,3}")) {
            throw new IllegalArgumentException("received pages " + pages + ", expected whole, dirty or dirty:8");
        }
        return Integer.parseInt(pages.substring(DIRTY.length() + 1));
    }

    private void batches(LongPredicate chosen) {
        ZeroPages zeroPages = new ZeroPages(block.pageSize());
        PageBatch batch = new PageBatch(PacketHeader.pageCount(block.pageSize()));
        for (long page = 0; page < block.pages(); page++) {
            if (chosen.test(page)) {
                batch.add(block, page * block.pageSize());
                if (batch.isFull()) {
                    cut(batch, zeroPages);
                }
            }
        }
        cut(batch, zeroPages);
    }

    private void cut(PageBatch batch, ZeroPages zeroPages) {
        long[] normal = Arrays.stream(batch.offsets, 0, batch.count)
                .filter(offset -> !zeroPages.isZero(block, offset)).toArray();
        if (normal.length > 0) {
            packets.add(normal);
        }
        batch.clear();
    }

    RamBlock block() {
        return block;
    }

    public int count() {
        return packets.size();
    }

    /** The offsets of a packet's pages in the block. */
    long[] offsets(int packet) {
        return packets.get(packet);
    }

    /** All packets' pages without gaps. */
    public ByteBuffer flat() {
        return flat.duplicate();
    }

    /** Where a packet's pages start in {@link #flat}. */
    public int start(int packet) {
        return starts[packet];
    }

    /** How many bytes of pages a packet has. */
    public int bytes(int packet) {
        return starts[packet + 1] - starts[packet];
    }

    /** How many bytes of pages all packets have. */
    public int bytes() {
        return starts[packets.size()];
    }

    /**
     * Compares pages that arrived at the same offsets of another block.
     *
     * @throws IllegalStateException if one differs
     */
    void demandIdentical(RamBlock arrived) {
        ByteBuffer page = ByteBuffer.allocate(block.pageSize());
        for (int i = 0; i < packets.size(); i++) {
            int at = starts[i];
            for (long offset : packets.get(i)) {
                arrived.get(offset, page.clear());
                if (flat.slice(at, page.capacity()).mismatch(page.flip()) >= 0) {
                    throw new IllegalStateException(String.format(
                            "packet %d: the page at 0x%x differs from the one sent", i, offset));
                }
                at += page.capacity();
            }
        }
    }

    /**
     * Compares what arrived without gaps.
     *
     * @throws IllegalStateException if a byte differs
     */
    void demandIdentical(ByteBuffer arrived) {
        int at = flat().mismatch(arrived.duplicate().clear());
        if (at >= 0) {
            throw new IllegalStateException("the bare codec's byte " + at + " differs from the one sent");
        }
    }
}
