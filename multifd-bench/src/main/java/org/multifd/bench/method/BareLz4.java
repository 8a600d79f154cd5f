package org.multifd.bench.method;

import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.multifd.core.internal.wire.PacketHeader;

/** Beside lz4: one block in one call, from a private copy (provider-contract 2.4). */
final class BareLz4 implements BareCodec {

    private final LZ4Compressor compressor;
    private final LZ4SafeDecompressor decompressor;
    private final ByteBuffer copy = ByteBuffer.allocateDirect(PacketHeader.PACKET_BYTES);

    BareLz4(int level) {
        LZ4Factory factory = LZ4Factory.nativeInstance();
        compressor = level == 1 ? factory.fastCompressor() : factory.highCompressor(level);
        decompressor = factory.safeDecompressor();
    }

    @Override
    public int encode(ByteBuffer from, int start, int length, ByteBuffer to) {
        copy.put(0, from, start, length);
        return compressor.compress(copy, 0, length, to, 0, to.capacity());
    }

    @Override
    public void decode(ByteBuffer payload, ByteBuffer to, int start, int length) {
        decompressor.decompress(payload, 0, payload.capacity(), to, start, length);
    }

    @Override
    public void close() {
        // holds nothing
    }
}
