package org.multifd.core.internal.outgoing.postcopy;

/**
 * A histogram of times, eight buckets to each power of two, so that a quantile is exact to an eighth. One thread adds,
 * any reads.
 */
final class Latencies {

    private static final int SUB_BITS = 3;
    private static final int SUB = 1 << SUB_BITS;

    private final long[] counts = new long[(Long.SIZE - SUB_BITS + 1) * SUB];
    private long total;
    private long worst;

    synchronized void add(long nanos) {
        long value = Math.max(0, nanos);
        counts[bucket(value)]++;
        total++;
        worst = Math.max(worst, value);
    }

    private static int bucket(long value) {
        if (value < SUB) {
            return (int) value;
        }
        int shift = Long.SIZE - 1 - SUB_BITS - Long.numberOfLeadingZeros(value);
        return (shift + 1) * SUB + (int) (value >>> shift) - SUB;
    }

    /** Returns the largest value of a bucket. */
    private static long most(int bucket) {
        if (bucket < SUB) {
            return bucket;
        }
        int shift = bucket / SUB - 1;
        return ((long) (SUB + bucket % SUB) << shift) + (1L << shift) - 1;
    }

    synchronized long count() {
        return total;
    }

    synchronized long worst() {
        return worst;
    }

    /** Returns the time that this share of all stays within; 0 if there is none. */
    synchronized long quantile(double share) {
        long wanted = (long) Math.ceil(share * total);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted && seen > 0) {
                return Math.min(most(i), worst);
            }
        }
        return 0;
    }
}
