package com.example.multifd.zstd;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.multifd.api.MultiFDException;

/** Bits that are read from the end to the beginning; in front of the beginning there are zeros. */
final class BackwardBits {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    private final int start;
    /** How many bits are left; below zero if more were read than there are. */
    private int left;

    /** The highest bit that is set in the last byte stands in front of the data. The array is 8 bytes longer. */
    BackwardBits(byte[] bytes, int start, int end) throws MultiFDException {
        if (end <= start || bytes[end - 1] == 0) {
            throw new MultiFDException("zstd: bits without a beginning");
        }
        this.bytes = bytes;
        this.start = start;
        left = (end - start) * 8 - Integer.numberOfLeadingZeros(bytes[end - 1] & 0xFF) + 24 - 1;
    }

    int left() {
        return left;
    }

    /** @param count 0..32 */
    int read(int count) {
        left -= count;
        if (left >= 0) {
            return bits(left, count);
        }
        int there = count + left;
        return there <= 0 ? 0 : bits(0, there) << -left;
    }

    private int bits(int offset, int count) {
        long word = (long) LONG.get(bytes, start + (offset >>> 3));
        return (int) (word >>> (offset & 7) & (1L << count) - 1);
    }
}
