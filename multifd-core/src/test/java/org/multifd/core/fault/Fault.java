package org.multifd.core.fault;

import java.io.ByteArrayOutputStream;

/**
 * What happens to the bytes of one connection, in one direction.
 *
 * @param connection in the order in which they connect; 0 is main
 * @param back whether it is the destination's direction
 * @param from the first byte that is concerned
 * @param to the byte behind the last one that is concerned
 * @param middle where {@link Kind#SWAP} has its second half; which bits {@link Kind#FLIP} flips
 */
public record Fault(Kind kind, int connection, boolean back, long from, long to, long middle) {

    /** What happens to the bytes of the range. */
    public enum Kind {
        /** The direction ends before the range. */
        CUT,
        /** The connection is reset before the range. */
        RESET,
        /** Nothing more comes, and the connection stays open. */
        STALL,
        /** A pause before the range, shorter than the timeout. */
        DELAY,
        /** The range comes byte by byte. */
        TRICKLE,
        /** Bits of the range's first byte are flipped. */
        FLIP,
        /** The range is left out. */
        DROP,
        /** The range comes twice. */
        DUPLICATE,
        /** The range's halves come in the other order. */
        SWAP;

        /** Whether nothing is wrong with the bytes. */
        public boolean harmless() {
            return this == DELAY || this == TRICKLE;
        }

        /** Whether bytes of the end are missing. */
        boolean ends() {
            return this == CUT || this == RESET || this == STALL;
        }
    }

    static Fault at(Kind kind, int connection, long from) {
        return new Fault(kind, connection, false, from, from + 1, 0);
    }

    static Fault flip(int connection, long at, int bits) {
        return new Fault(Kind.FLIP, connection, false, at, at + 1, bits);
    }

    static Fault of(Kind kind, int connection, long from, long to) {
        return new Fault(kind, connection, false, from, to, 0);
    }

    Fault backwards() {
        return new Fault(kind, connection, true, from, to, middle);
    }

    /** A whole stream with the fault, as far as it is one of its bytes and not of time. */
    byte[] applied(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + (int) (to - from));
        int start = (int) Math.min(from, bytes.length);
        int end = (int) Math.min(to, bytes.length);
        out.write(bytes, 0, start);
        if (kind.ends()) {
            return out.toByteArray();
        }
        byte[] range = new byte[end - start];
        System.arraycopy(bytes, start, range, 0, range.length);
        byte[] changed = changed(range);
        out.write(changed, 0, changed.length);
        out.write(bytes, end, bytes.length - end);
        return out.toByteArray();
    }

    /** What becomes of the range's bytes. */
    byte[] changed(byte[] range) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(2 * range.length);
        int half = (int) Math.max(0, Math.min(range.length, middle - from));
        switch (kind) {
            case FLIP -> {
                byte[] flipped = range.clone();
                if (flipped.length > 0) {
                    flipped[0] ^= (byte) middle;
                }
                return flipped;
            }
            case DROP -> {
                return new byte[0];
            }
            case DUPLICATE -> {
                out.write(range, 0, range.length);
                out.write(range, 0, range.length);
            }
            case SWAP -> {
                out.write(range, half, range.length - half);
                out.write(range, 0, half);
            }
            default -> {
                return range;
            }
        }
        return out.toByteArray();
    }

    @Override
    public String toString() {
        return kind + (back ? " return path" : "") + " connection " + connection + " bytes " + from + ".." + to
                + (middle == 0 ? "" : " (" + middle + ")");
    }
}
