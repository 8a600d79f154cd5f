package org.multifd.bench.method;

import java.nio.ByteBuffer;

/**
 * A codec as a program would call it that has no guest, pages or packets: from one buffer into one buffer, on the same
 * bytes in the same portions. What is slower than this pays for being a method.
 */
public interface BareCodec extends AutoCloseable {

    static BareCodec of(String method, int level) {
        return switch (method) {
            case "none" -> new BareCopy();
            case "zlib" -> new BareZlib(level);
            case "zstd" -> new BareZstd(level);
            case "lz4" -> new BareLz4(level);
            default -> throw new IllegalArgumentException("received method " + method
                    + ", expected none, zlib, zstd or lz4");
        };
    }

    /** Forgets what was decoded before. */
    default void restart() {
        // most have no state across packets
    }

    /**
     * Encodes {@code length} bytes from {@code start}.
     *
     * @param to position 0
     * @return the length of what was encoded, from index 0 of {@code to}
     */
    int encode(ByteBuffer from, int start, int length, ByteBuffer to);

    /** Decodes a whole payload, from index 0 to its capacity, into {@code length} bytes from {@code start}. */
    void decode(ByteBuffer payload, ByteBuffer to, int start, int length);

    @Override
    void close();
}
