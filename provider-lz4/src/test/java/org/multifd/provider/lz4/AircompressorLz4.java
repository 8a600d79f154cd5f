package org.multifd.provider.lz4;

import io.airlift.compress.lz4.Lz4Compressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import java.util.Arrays;
import org.multifd.tck.Oracle;

/** lz4 in other hands: aircompressor's, in Java. */
final class AircompressorLz4 implements Oracle {

    @Override
    public Codec decoder() {
        return (payload, pageSize, pages) -> decode(payload, pages * pageSize);
    }

    @Override
    public Codec encoder() {
        return (content, pageSize, pages) -> encode(content);
    }

    static byte[] decode(byte[] block, int bytes) {
        byte[] decoded = new byte[bytes];
        int length = new Lz4Decompressor().decompress(block, 0, block.length, decoded, 0, bytes);
        return Arrays.copyOf(decoded, length);
    }

    static byte[] encode(byte[] content) {
        Lz4Compressor compressor = new Lz4Compressor();
        byte[] payload = new byte[compressor.maxCompressedLength(content.length)];
        return Arrays.copyOf(payload, compressor.compress(content, 0, content.length, payload, 0, payload.length));
    }
}
