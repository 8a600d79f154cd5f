package @package@;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;

/** One channel's decompressor. It does not decompress yet: the pages are a copy of the payload. */
final class @Name@Receiver implements MultiFDReceiver {

    private final ByteBuffer decoded;

    @Name@Receiver(int packetBytes) {
        decoded = ByteBuffer.allocate(packetBytes);
    }

    /**
     * Reads exactly the payload and fills exactly the pages; less or more on either side is a {@link MultiFDException}
     * that says which (rule 3.2).
     *
     * <p>The payload comes from an unknown peer: no length in it is believed before it is checked, and whatever it
     * holds ends in a MultiFDException or in wrong bytes within these pages, in nothing else (rule 3.3). An IOException
     * passes as it is (rule 3.5).
     */
    @Override
    public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
        ByteBuffer payload = in.buffer();
        if (payload.remaining() != pages.bytes()) {
            throw new MultiFDException("@name@: received a payload of " + payload.remaining() + " bytes, expected the "
                    + pages.bytes() + " bytes of the pages");
        }
        decoded.clear().put(payload);
        pages.copyFrom(decoded.flip());
    }

    /** Frees a codec's native memory at once; a second call does nothing (rule 4.1). */
    @Override
    public void close() {
        // nothing to free yet
    }
}
