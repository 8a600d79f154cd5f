package org.multifd.core.internal.ram;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.zip.CRC32C;

/**
 * The CRC-32C of each page as it was last sent or received. A zero page counts like one that never came: not at all.
 * The source and the destination of a migration have the same {@link #total} at each mark after which no page is sent
 * again.
 *
 * <p>Any thread notes pages; two must not note the same one at a time. Takes 4 bytes per page, outside the heap, but
 * only around pages that came and were not zero: how large a guest a peer claims to have costs next to nothing.
 */
public final class PageChecksums {

    /** 16 KiB of sums, for 16 MiB of a guest with small pages. */
    private static final int CHUNK_BITS = 12;
    private static final int CHUNK_PAGES = 1 << CHUNK_BITS;

    private final RamBlocks blocks;
    private final int pageSize;
    /** By block; a chunk that is not there is all zeros. */
    private final List<AtomicReferenceArray<IntBuffer>> chunks = new ArrayList<>();

    public PageChecksums(RamBlocks blocks) {
        this.blocks = blocks;
        this.pageSize = blocks.pageSize();
        for (int i = 0; i < blocks.count(); i++) {
            long pages = blocks.get(i).pages();
            chunks.add(new AtomicReferenceArray<>(Math.toIntExact((pages + CHUNK_PAGES - 1) >> CHUNK_BITS)));
        }
    }

    /** One thread's means to note pages. */
    public Notes notes() {
        return new Notes();
    }

    /** Notes pages for one thread, without allocation. */
    public final class Notes {

        private final CRC32C crc = new CRC32C();

        private Notes() {
        }

        /** Notes {@code normal} pages as they lie in the runs, which stand for the first offsets, in their order. */
        public void normal(RamBlock block, long[] offsets, int normal, RamRuns runs) {
            normal(indexOf(block), offsets, normal, runs);
        }

        /** As above, by the block's index. */
        public void normal(int block, long[] offsets, int normal, RamRuns runs) {
            int page = 0;
            for (int run = 0; run < runs.runs(); run++) {
                ByteBuffer pages = runs.buffer(run);
                int end = pages.limit();
                for (int at = pages.position(); at < end; at += pageSize) {
                    crc.reset();
                    crc.update(pages.limit(at + pageSize).position(at));
                    put(block, offsets[page++], (int) crc.getValue());
                }
            }
            if (page != normal) {
                throw new IllegalArgumentException("received " + page + " pages in runs, expected " + normal);
            }
        }

        /** Notes pages whose checksums are known. */
        public void known(RamBlock block, long[] offsets, int count, int[] sums) {
            int index = indexOf(block);
            for (int i = 0; i < count; i++) {
                put(index, offsets[i], sums[i]);
            }
        }

        /** Notes that pages from one index on are zero. */
        public void zero(RamBlock block, long[] offsets, int from, int count) {
            if (count > 0) {
                zero(indexOf(block), offsets, from, count);
            }
        }

        /** As above, by the block's index. */
        public void zero(int block, long[] offsets, int from, int count) {
            for (int i = from; i < from + count; i++) {
                put(block, offsets[i], 0);
            }
        }
    }

    private int indexOf(RamBlock block) {
        int i = 0;
        while (blocks.get(i) != block) {
            i++;
        }
        return i;
    }

    private void put(int block, long offset, int checksum) {
        long page = offset / pageSize;
        IntBuffer chunk = chunk(chunks.get(block), (int) (page >> CHUNK_BITS), checksum != 0);
        if (chunk != null) {
            chunk.put((int) page & CHUNK_PAGES - 1, checksum);
        }
    }

    private static IntBuffer chunk(AtomicReferenceArray<IntBuffer> ofBlock, int index, boolean needed) {
        IntBuffer chunk = ofBlock.get(index);
        if (chunk == null && needed) {
            IntBuffer made = ByteBuffer.allocateDirect(CHUNK_PAGES * Integer.BYTES).asIntBuffer();
            IntBuffer others = ofBlock.compareAndExchange(index, null, made);
            chunk = others == null ? made : others;
        }
        return chunk;
    }

    /** All of it in one number: equal pages at equal places give equal totals. For a time when no page is noted. */
    public long total() {
        long total = 0;
        for (int block = 0; block < chunks.size(); block++) {
            AtomicReferenceArray<IntBuffer> ofBlock = chunks.get(block);
            for (int i = 0; i < ofBlock.length(); i++) {
                IntBuffer chunk = ofBlock.get(i);
                if (chunk != null) {
                    total += total(chunk, ((long) block << Integer.SIZE) + ((long) i << CHUNK_BITS));
                }
            }
        }
        return total;
    }

    private static long total(IntBuffer chunk, long place) {
        long total = 0;
        for (int i = 0; i < CHUNK_PAGES; i++) {
            int checksum = chunk.get(i);
            if (checksum != 0) {
                total += mix(mix(place + i) ^ checksum);
            }
        }
        return total;
    }

    /** Spreads each bit over all 64 (the finalizer of SplitMix64, which is in the public domain). */
    static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
