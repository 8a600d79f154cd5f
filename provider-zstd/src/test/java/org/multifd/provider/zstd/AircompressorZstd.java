package org.multifd.provider.zstd;

import io.airlift.compress.zstd.ZstdCompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.util.Arrays;
import org.multifd.tck.Oracle;

/** zstd in other hands: aircompressor's, in Java. It knows whole frames only. */
final class AircompressorZstd implements Oracle {

    @Override
    public Codec decoder() {
        return (payload, pageSize, pages) -> decode(payload, pages * pageSize);
    }

    @Override
    public Codec encoder() {
        return (content, pageSize, pages) -> encode(content);
    }

    /** Decodes one frame or several. */
    static byte[] decode(byte[] frames, int bytes) {
        byte[] decoded = new byte[bytes];
        int length = new ZstdDecompressor().decompress(frames, 0, frames.length, decoded, 0, bytes);
        return Arrays.copyOf(decoded, length);
    }

    static byte[] encode(byte[] content) {
        ZstdCompressor compressor = new ZstdCompressor();
        byte[] payload = new byte[compressor.maxCompressedLength(content.length)];
        return Arrays.copyOf(payload, compressor.compress(content, 0, content.length, payload, 0, payload.length));
    }
}
