package org.multifd.core.internal.ram;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.multifd.core.internal.wire.WireException;

/**
 * A running sum of the pages that passed one channel: where each belongs and what it has. Two multifd peers that saw
 * the same packets have the same sum. For one thread, without allocation.
 */
public final class PageSum {

    /** In place of a page's CRC-32C, which has 32 bits: a page that travels as zero. */
    private static final long ZERO = 1L << Integer.SIZE;

    private final int pageSize;
    private final CRC32C crc = new CRC32C();
    private long value;

    public PageSum(int pageSize) {
        this.pageSize = pageSize;
    }

    /**
     * Adds a packet's pages.
     *
     * @param name the block's name, which may be followed by NULs
     * @param offsets the normal pages', then the zero pages'
     * @param runs the normal pages, in their order; not used if there is none
     */
    public void add(byte[] name, long[] offsets, int normal, int zero, RamRuns runs) {
        long block = block(name);
        int page = 0;
        for (int run = 0; page < normal; run++) {
            ByteBuffer pages = runs.buffer(run);
            int end = pages.limit();
            for (int at = pages.position(); at < end; at += pageSize) {
                crc.reset();
                crc.update(pages.limit(at + pageSize).position(at));
                add(block, offsets[page++], crc.getValue());
            }
        }
        for (; page < normal + zero; page++) {
            add(block, offsets[page], ZERO);
        }
    }

    private void add(long block, long offset, long content) {
        value += PageChecksums.mix(PageChecksums.mix(block + offset) ^ content);
    }

    private long block(byte[] name) {
        int length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        crc.reset();
        crc.update(name, 0, length);
        return PageChecksums.mix(crc.getValue());
    }

    /** The sum of all that was added. */
    public long value() {
        return value;
    }

    /**
     * Compares with the peer's sum.
     *
     * @param told what the peer had before it encoded the pages
     * @param method which method encoded and decoded them, null if none has
     */
    public void check(long told, String method) throws WireException {
        if (told != value) {
            throw new WireException(String.format("received pages with the sum 0x%016x, expected 0x%016x as the "
                    + "multifd peer had it before method %s encoded them; the method changed pages, at one of both "
                    + "sides, or its versions there do not agree", value, told, method));
        }
    }
}
