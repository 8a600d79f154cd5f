package org.multifd.core.ram;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.zip.CRC32C;

/**
 * The CRC-32C of each page as it was last sent or received. A zero page counts like one that never came: not at all. The
 * source and the destination of a migration have the same {@link #total} at each mark after which no page is sent again.
 *
 * <p>Any thread notes pages; two must not note the same one at a time. Takes 4 bytes per page, outside the heap.
 */
public final class PageChecksums {

    private static final int CHUNK_BITS = 20;
    private static final int CHUNK_PAGES = 1 << CHUNK_BITS;

    private final RamBlocks blocks;
    private final int pageSize;
    private final IntBuffer[][] chunks;

    public PageChecksums(RamBlocks blocks) {
        this.blocks = blocks;
        this.pageSize = blocks.pageSize();
        this.chunks = new IntBuffer[blocks.count()][];
        for (int i = 0; i < chunks.length; i++) {
            long pages = blocks.get(i).pages();
            chunks[i] = new IntBuffer[Math.toIntExact((pages + CHUNK_PAGES - 1) >> CHUNK_BITS)];
            for (int chunk = 0; chunk < chunks[i].length; chunk++) {
                long left = pages - ((long) chunk << CHUNK_BITS);
                chunks[i][chunk] = ByteBuffer.allocateDirect((int) Math.min(CHUNK_PAGES, left) * Integer.BYTES).asIntBuffer();
            }
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
        chunks[block][(int) (page >> CHUNK_BITS)].put((int) page & CHUNK_PAGES - 1, checksum);
    }

    /** All of it in one number: equal pages at equal places give equal totals. For a time when no page is noted. */
    public long total() {
        long total = 0;
        for (int block = 0; block < chunks.length; block++) {
            long place = (long) block << Integer.SIZE;
            for (IntBuffer chunk : chunks[block]) {
                int pages = chunk.capacity();
                for (int i = 0; i < pages; i++) {
                    int checksum = chunk.get(i);
                    if (checksum != 0) {
                        total += mix(mix(place + i) ^ checksum);
                    }
                }
                place += pages;
            }
        }
        return total;
    }

    /** Spreads each bit over all 64 (the finalizer of SplitMix64, which is in the public domain). */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
