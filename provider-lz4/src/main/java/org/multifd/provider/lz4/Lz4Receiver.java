package org.multifd.provider.lz4;

import java.io.IOException;
import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;

/**
 * One block for each packet: decoded in place where the pages are one run, else in a buffer of the channel's and from
 * there to the pages.
 */
final class Lz4Receiver implements MultiFDReceiver {

    private final LZ4SafeDecompressor decompressor;
    private final PacketBuffers buffers;
    private final int packetBytes;
    private ByteBuffer scratch;

    Lz4Receiver(Lz4Codec codec, PacketBuffers buffers, int packetBytes) {
        this.decompressor = codec.decompressor();
        this.buffers = buffers;
        this.packetBytes = packetBytes;
    }

    @Override
    public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
        ByteBuffer payload = in.buffer();
        if (pages.runs() == 1) {
            decode(payload, pages.buffer(0), pages.bytes());
        } else {
            if (scratch == null) {
                scratch = buffers.take(packetBytes);
            }
            scratch.clear();
            decode(payload, scratch, pages.bytes());
            pages.copyFrom(scratch);
        }
    }

    private void decode(ByteBuffer payload, ByteBuffer to, int bytes) throws MultiFDException {
        int decoded;
        try {
            decoded = decompressor.decompress(payload, payload.position(), payload.remaining(),
                    to, to.position(), bytes);
        } catch (LZ4Exception e) {
            // A block that ends early, goes on too long or refers to nothing: lz4 itself does not tell them apart.
            throw new MultiFDException("lz4: the payload of " + payload.remaining() + " bytes is not one block of "
                    + bytes + " bytes of pages: " + e.getMessage(), e);
        }
        if (decoded != bytes) {
            throw new MultiFDException("lz4: the payload of " + payload.remaining() + " bytes decodes to " + decoded
                    + " of " + bytes + " bytes of pages");
        }
        payload.position(payload.limit());
    }

    @Override
    public void close() {
        if (scratch != null) {
            buffers.giveBack(scratch);
            scratch = null;
        }
    }
}
