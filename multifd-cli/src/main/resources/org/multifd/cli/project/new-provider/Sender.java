package @package@;

import java.nio.ByteBuffer;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;

/** One channel's compressor. It does not compress yet: the payload is a copy of the pages. */
final class @Name@Sender implements MultiFDSender {

    private final ByteBuffer copy;

    @Name@Sender(int packetBytes) {
        copy = ByteBuffer.allocate(packetBytes);
    }

    /**
     * The pages are the guest's memory, and the guest goes on writing to it: what is read twice may differ. So they are
     * copied once, and a codec works on the copy (rule 2.4).
     *
     * <p>What is put into {@code out.buffer()} is the payload: at least one byte, and never more than its limit, not
     * even when the pages do not shrink (rule 2.3).
     */
    @Override
    public void prepare(PageRuns pages, Payload out) {
        pages.copyTo(copy.clear());
        out.buffer().put(copy.flip());
    }

    /** Frees a codec's native memory at once; a second call does nothing (rule 4.1). */
    @Override
    public void close() {
        // nothing to free yet
    }
}
