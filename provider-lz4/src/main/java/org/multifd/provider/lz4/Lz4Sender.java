package org.multifd.provider.lz4;

import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;

/**
 * One block for each packet, made from a private copy of its pages: lz4 reads its input more than once
 * (provider-contract 2.4).
 */
final class Lz4Sender implements MultiFDSender {

    private final LZ4Compressor compressor;
    private final PacketBuffers buffers;
    private ByteBuffer copy;

    Lz4Sender(Lz4Codec codec, int level, PacketBuffers buffers, int packetBytes) {
        this.compressor = codec.compressor(level);
        this.buffers = buffers;
        this.copy = buffers.take(packetBytes);
    }

    @Override
    public void prepare(PageRuns pages, Payload out) throws MultiFDException {
        ByteBuffer payload = out.buffer();
        copy.clear();
        pages.copyTo(copy);
        try {
            int length = compressor.compress(copy, 0, pages.bytes(), payload, 0, payload.limit());
            payload.position(length);
        } catch (LZ4Exception e) {
            throw new MultiFDException("lz4: the pages do not fit the payload of " + payload.limit() + " bytes", e);
        }
    }

    @Override
    public void close() {
        if (copy != null) {
            buffers.giveBack(copy);
            copy = null;
        }
    }
}
