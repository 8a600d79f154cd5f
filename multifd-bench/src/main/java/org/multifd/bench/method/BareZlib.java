package org.multifd.bench.method;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Beside zlib: one stream, flushed for each packet. Deflate copies what it reads, so none is made before it. */
final class BareZlib implements BareCodec {

    private final Deflater deflater;
    private final Inflater inflater = new Inflater();

    BareZlib(int level) {
        deflater = new Deflater(level);
    }

    @Override
    public void restart() {
        inflater.reset();
    }

    @Override
    public int encode(ByteBuffer from, int start, int length, ByteBuffer to) {
        deflater.setInput(from.limit(start + length).position(start));
        return deflater.deflate(to, Deflater.SYNC_FLUSH);
    }

    @Override
    public void decode(ByteBuffer payload, ByteBuffer to, int start, int length) {
        inflater.setInput(payload.clear());
        try {
            inflater.inflate(to.limit(start + length).position(start));
        } catch (DataFormatException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        deflater.end();
        inflater.end();
    }
}
