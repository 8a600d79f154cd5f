package com.example.multifd.zstd;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.multifd.api.MultiFDException;

/**
 * Decodes zstd's frames (RFC 8878), packet by packet: blocks are whole within a packet, frames may go on in the next
 * one. What a frame may refer back to stays in one array in front of what is decoded.
 */
final class FrameDecoder {

    static final int BLOCK_LIMIT = 128 * 1024;

    /** What QEMU's level 20 uses (rule 3.4). */
    private static final int WINDOW_LIMIT = 1 << 25;

    private static final int MAGIC = 0xFD2FB528;

    /** The block decoder reads whole words behind the end. */
    private static final int SLACK = Long.BYTES;

    private final BlockDecoder blocks = new BlockDecoder();
    private byte[] input = new byte[0];
    private byte[] output = new byte[0];
    private int end;
    /** The first byte of the frame that is still here. */
    private int frameStart;
    private int window;
    private boolean inFrame;
    private boolean checksum;

    /** Where the decoded bytes are. */
    byte[] output() {
        return output;
    }

    /** The index behind the byte that was decoded last. */
    int outputEnd() {
        return end;
    }

    /**
     * Decodes a whole payload.
     *
     * @param limit how many bytes it may decode to
     * @return how many it did, in front of {@link #outputEnd}
     */
    int decode(ByteBuffer payload, int limit) throws MultiFDException {
        int length = payload.remaining();
        if (input.length < length + SLACK) {
            input = new byte[length + SLACK];
        }
        payload.get(input, 0, length);
        ByteBuffer in = ByteBuffer.wrap(input, 0, length).order(ByteOrder.LITTLE_ENDIAN);
        makeRoom(limit);
        int start = end;
        while (in.hasRemaining()) {
            if (!inFrame) {
                header(in);
            }
            block(in, start + limit);
        }
        return end - start;
    }

    /** Keeps the window; grows with what is decoded, not with what a frame claims. */
    private void makeRoom(int limit) {
        int keep = inFrame ? Math.min(window, end - frameStart) : 0;
        if (output.length - end < limit) {
            byte[] to = output.length >= keep + keep / 8 + 2 * limit ? output : new byte[keep + keep / 4 + 4 * limit];
            System.arraycopy(output, end - keep, to, 0, keep);
            output = to;
            frameStart = 0;
            end = keep;
        }
    }

    private void header(ByteBuffer in) throws MultiFDException {
        int at = in.position();
        demand(in, 6, "a frame's header");
        int magic = in.getInt();
        if (magic != MAGIC) {
            throw new MultiFDException("zstd: 0x%08x at byte %d of the payload, expected a frame's magic 0x%08x"
                    .formatted(magic, at, MAGIC));
        }
        int descriptor = in.get() & 0xFF;
        boolean singleSegment = (descriptor & 0x20) != 0;
        int sizeBytes = new int[] {singleSegment ? 1 : 0, 2, 4, 8}[descriptor >> 6];
        int dictionaryBytes = (1 << (descriptor & 3)) >> 1;
        demand(in, (singleSegment ? 0 : 1) + dictionaryBytes + sizeBytes, "a frame's header");
        long size = singleSegment ? 0 : window(in.get() & 0xFF);
        if (littleEndian(in, dictionaryBytes) != 0) {
            throw new MultiFDException("zstd: the frame asks for a dictionary, and multifd has none");
        }
        long content = littleEndian(in, sizeBytes) + (sizeBytes == 2 ? 256 : 0);
        size = singleSegment ? content : size;
        if (size < 0 || size > WINDOW_LIMIT) {
            throw new MultiFDException("zstd: the frame needs a window of " + Long.toUnsignedString(size)
                    + " bytes, at most " + WINDOW_LIMIT + " are accepted");
        }
        window = (int) size;
        checksum = (descriptor & 4) != 0;
        frameStart = end;
        inFrame = true;
        blocks.reset();
    }

    private static long window(int descriptor) {
        long base = 1L << 10 + (descriptor >> 3);
        return base + base / 8 * (descriptor & 7);
    }

    private static long littleEndian(ByteBuffer in, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (in.get() & 0xFFL) << 8 * i;
        }
        return value;
    }

    private void block(ByteBuffer in, int limit) throws MultiFDException {
        demand(in, 3, "a block's header");
        int header = (int) littleEndian(in, 3);
        int size = header >> 3;
        int type = header >> 1 & 3;
        if (size > BLOCK_LIMIT || type == 3) {
            throw new MultiFDException("zstd: a block of type " + type + " and " + size + " bytes, expected type 0..2 "
                    + "and at most " + BLOCK_LIMIT);
        }
        demand(in, type == 1 ? 1 : size, "a block");
        int at = in.position();
        switch (type) {
            case 0 -> {
                demandRoom(size, limit);
                in.get(output, end, size);
                end += size;
            }
            case 1 -> {
                demandRoom(size, limit);
                Arrays.fill(output, end, end + size, in.get());
                end += size;
            }
            default -> {
                end = blocks.decode(input, at, at + size, output, Math.max(frameStart, end - window), end, limit);
                in.position(at + size);
            }
        }
        if ((header & 1) != 0) {
            demand(in, checksum ? 4 : 0, "a frame's checksum");
            in.position(in.position() + (checksum ? 4 : 0));
            inFrame = false;
        }
    }

    private void demandRoom(int size, int limit) throws MultiFDException {
        if (size > limit - end) {
            throw tooMuch();
        }
    }

    static MultiFDException tooMuch() {
        return new MultiFDException("zstd: the payload decodes to more bytes than its pages have");
    }

    private static void demand(ByteBuffer in, int bytes, String what) throws MultiFDException {
        if (in.remaining() < bytes) {
            throw new MultiFDException("zstd: " + what + " of " + bytes + " bytes, and " + in.remaining()
                    + " bytes of the payload are left");
        }
    }
}
