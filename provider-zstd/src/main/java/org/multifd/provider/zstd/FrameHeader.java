package org.multifd.provider.zstd;

import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;

/**
 * A frame's header (RFC 8878, 3.1.1), judged before zstd sees it and allocates what it claims. zstd itself takes
 * windows up to 2^27, skips other kinds of frames in silence, and refuses without a figure.
 */
final class FrameHeader {

    /** What QEMU's level 20 uses (provider-contract 3.4). */
    static final int WINDOW_LIMIT = 1 << 25;

    private static final int MAGIC = 0xFD2FB528;
    private static final int SKIPPABLE = 0x184D2A50;
    private static final int SKIPPABLE_MASK = 0xFFFFFFF0;
    private static final int SHORTEST = 6;

    private FrameHeader() {
    }

    /** Refuses a frame that the receiver will not decode; the position stays where it is, at the frame's start. */
    static void check(ByteBuffer payload) throws MultiFDException {
        int start = payload.position();
        if (payload.remaining() < SHORTEST) {
            throw truncated(payload);
        }
        int magic = Integer.reverseBytes(payload.getInt(start));
        if (magic != MAGIC) {
            throw new MultiFDException((magic & SKIPPABLE_MASK) == SKIPPABLE
                    ? "zstd: a skippable frame at byte " + start + " of the payload, which holds no pages"
                    : "zstd: 0x%08x at byte %d of the payload, expected a frame's magic 0x%08x"
                            .formatted(magic, start, MAGIC));
        }
        int descriptor = payload.get(start + 4);
        boolean singleSegment = (descriptor & 0x20) != 0;
        int dictionaryBytes = (1 << (descriptor & 3)) >> 1;
        int sizeBytes = switch (descriptor >> 6 & 3) {
            case 0 -> singleSegment ? 1 : 0;
            case 1 -> 2;
            case 2 -> 4;
            default -> 8;
        };
        int dictionaryAt = start + (singleSegment ? 5 : 6);
        int sizeAt = dictionaryAt + dictionaryBytes;
        if (payload.limit() - sizeAt < sizeBytes) {
            throw truncated(payload);
        }
        if (dictionaryBytes > 0 && littleEndian(payload, dictionaryAt, dictionaryBytes) != 0) {
            throw new MultiFDException("zstd: the frame asks for dictionary "
                    + littleEndian(payload, dictionaryAt, dictionaryBytes) + ", and multifd has none");
        }
        // A single segment's window is its content, whose two-byte size counts from 256.
        long window = singleSegment
                ? littleEndian(payload, sizeAt, sizeBytes) + (sizeBytes == 2 ? 256 : 0)
                : window(payload.get(start + 5) & 0xFF);
        if (Long.compareUnsigned(window, WINDOW_LIMIT) > 0) {
            throw new MultiFDException("zstd: the frame needs a window of " + Long.toUnsignedString(window)
                    + " bytes, at most " + WINDOW_LIMIT + " are accepted");
        }
    }

    private static long window(int descriptor) {
        long base = 1L << 10 + (descriptor >> 3);
        return base + base / 8 * (descriptor & 7);
    }

    private static long littleEndian(ByteBuffer payload, int at, int bytes) {
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << 8 | payload.get(at + i) & 0xFF;
        }
        return value;
    }

    private static MultiFDException truncated(ByteBuffer payload) {
        return new MultiFDException("zstd: " + payload.remaining() + " bytes at the end of the payload are not a whole "
                + "frame header");
    }
}
