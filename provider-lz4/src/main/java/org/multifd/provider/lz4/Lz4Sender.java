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

    private static final int SMALLEST = 12;

    private final Lz4Codec codec;
    private final int level;
    private final PacketBuffers buffers;
    private ByteBuffer copy;

    Lz4Sender(Lz4Codec codec, int level, PacketBuffers buffers, int packetBytes) {
        this.codec = codec;
        this.level = level;
        this.buffers = buffers;
        this.copy = buffers.take(packetBytes);
    }

    @Override
    public void prepare(PageRuns pages, Payload out) throws MultiFDException {
        ByteBuffer payload = out.buffer();
        copy.clear();
        pages.copyTo(copy);
        try {
            int length = compressor(out.effort()).compress(copy, 0, pages.bytes(), payload, 0, payload.limit());
            payload.position(length);
        } catch (LZ4Exception e) {
            throw new MultiFDException("lz4: the pages do not fit the payload of " + payload.limit() + " bytes", e);
        }
    }

    /** An effort of 0 is lz4's level 1, 100 its level 12. The factory keeps one compressor of each level. */
    private LZ4Compressor compressor(int effort) {
        return codec.compressor(effort == Payload.EFFORT_AS_SET ? level
                : 1 + (SMALLEST - 1) * effort / Payload.MOST_EFFORT);
    }

    @Override
    public void close() {
        if (copy != null) {
            buffers.giveBack(copy);
            copy = null;
        }
    }
}
