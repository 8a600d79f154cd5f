package org.multifd.bench.method;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import java.nio.ByteBuffer;
import org.multifd.core.internal.wire.PacketHeader;

/** Beside zstd: one frame in one call, from a private copy (provider-contract 2.4). */
final class BareZstd implements BareCodec {

    private final ZstdCompressCtx compressor = new ZstdCompressCtx();
    private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();
    private final ByteBuffer copy = ByteBuffer.allocateDirect(PacketHeader.PACKET_BYTES);

    BareZstd(int level) {
        compressor.setLevel(level);
    }

    @Override
    public int encode(ByteBuffer from, int start, int length, ByteBuffer to) {
        copy.put(0, from, start, length);
        return compressor.compressDirectByteBuffer(to, 0, to.capacity(), copy, 0, length);
    }

    @Override
    public void decode(ByteBuffer payload, ByteBuffer to, int start, int length) {
        decompressor.decompressDirectByteBuffer(to, start, length, payload, 0, payload.capacity());
    }

    @Override
    public void close() {
        compressor.close();
        decompressor.close();
    }
}
