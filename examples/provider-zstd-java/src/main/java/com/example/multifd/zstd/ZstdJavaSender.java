package com.example.multifd.zstd;

import io.airlift.compress.zstd.ZstdCompressor;
import java.nio.ByteBuffer;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;

/** One whole frame for each packet, made of a private copy of its pages (rule 2.4). */
final class ZstdJavaSender implements MultiFDSender {

    private final ZstdCompressor codec = new ZstdCompressor();
    private final byte[] pages;
    private final byte[] frame;

    ZstdJavaSender(int packetBytes) {
        pages = new byte[packetBytes];
        frame = new byte[codec.maxCompressedLength(packetBytes)];
    }

    @Override
    public void prepare(PageRuns from, Payload out) {
        from.copyTo(ByteBuffer.wrap(pages));
        out.buffer().put(frame, 0, codec.compress(pages, 0, from.bytes(), frame, 0, frame.length));
    }

    @Override
    public void close() {
        // nothing but memory of the heap
    }
}
