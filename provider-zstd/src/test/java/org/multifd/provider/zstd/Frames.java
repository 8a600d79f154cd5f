package org.multifd.provider.zstd;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Frame headers written by hand, for claims that no compressor makes. */
final class Frames {

    private Frames() {
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** A frame with a window of 2^log and nothing in it but an empty last block. */
    static byte[] windowed(int log) {
        return bytes(0x28, 0xB5, 0x2F, 0xFD, 0x00, log - 10 << 3, 0x01, 0x00, 0x00);
    }

    /** A frame whose window is its content, of which it claims so many bytes. */
    static byte[] singleSegment(long size) {
        return ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0xFD2FB528).put((byte) 0xE0).putLong(size).put(bytes(0x01, 0x00, 0x00)).array();
    }

    static byte[] concat(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }
}
