package org.multifd.provider.zstd;

import io.airlift.compress.zstd.ZstdCompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.util.Arrays;
import org.multifd.tck.Oracle;

/** zstd in other hands: aircompressor's, in Java. */
final class AircompressorZstd implements Oracle {

    @Override
    public Codec decoder() {
        return new Decoder();
    }

    @Override
    public Codec encoder() {
        return (content, pageSize, pages) -> encode(content);
    }

    /** Decodes packets of a channel: whole frames, and frames that go on in the next packet. */
    static final class Decoder implements Codec {

        /** A block that is empty and the last one of its frame. */
        private static final byte[] LAST_BLOCK = {1, 0, 0};

        private byte[] open = {};
        private int decoded;

        @Override
        public byte[] apply(byte[] payload, int pageSize, int pages) {
            byte[] frame = Frames.concat(open, payload);
            int bytes = decoded + pages * pageSize;
            byte[] all;
            try {
                all = decode(frame, bytes);
                open = new byte[0];
                decoded = 0;
            } catch (RuntimeException e) { // it has no end yet
                all = decode(Frames.concat(frame, LAST_BLOCK), bytes);
                open = frame;
                decoded = bytes;
            }
            return Arrays.copyOfRange(all, bytes - pages * pageSize, all.length);
        }
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
