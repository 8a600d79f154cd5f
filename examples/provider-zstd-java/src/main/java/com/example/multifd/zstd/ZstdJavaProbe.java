package com.example.multifd.zstd;

import io.airlift.compress.zstd.ZstdCompressor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.multifd.api.Availability;
import org.multifd.api.MultiFDException;

/** Compresses a few bytes and back (rule 1.4). */
final class ZstdJavaProbe {

    private ZstdJavaProbe() {
    }

    static Availability run() {
        byte[] page = "a page, a page, a page".getBytes(StandardCharsets.US_ASCII);
        ZstdCompressor codec = new ZstdCompressor();
        byte[] frame = new byte[codec.maxCompressedLength(page.length)];
        int length = codec.compress(page, 0, page.length, frame, 0, frame.length);
        try {
            FrameDecoder decoder = new FrameDecoder();
            int decoded = decoder.decode(ByteBuffer.wrap(frame, 0, length), page.length);
            return Arrays.equals(page, 0, page.length, decoder.output(), decoder.outputEnd() - decoded,
                    decoder.outputEnd()) ? Availability.usable("aircompressor, in Java")
                    : Availability.unusable("aircompressor's frame decodes to something else", null);
        } catch (MultiFDException e) {
            return Availability.unusable("aircompressor's frame does not decode: " + e.getMessage(), e);
        }
    }
}
