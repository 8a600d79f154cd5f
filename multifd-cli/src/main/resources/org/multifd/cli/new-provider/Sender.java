package @package@;

import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;

/** One channel's compressor. It does not compress yet: the payload is a copy of the pages. */
final class @Name@Sender implements MultiFDSender {

    /**
     * The pages are the guest's memory, and the guest goes on writing to it. What is read twice may differ: a codec that
     * looks back gets a copy of the pages first, {@code pages.copyTo(copy.clear())}, in a buffer that the constructor
     * made (rule 2.4).
     *
     * <p>What is put into {@code out.buffer()} is the payload: at least one byte, and never more than its limit, not even
     * when the pages do not shrink (rule 2.3).
     */
    @Override
    public void prepare(PageRuns pages, Payload out) {
        pages.copyTo(out.buffer());
    }

    /** Frees a codec's memory at once; a second call does nothing (rule 4.1). */
    @Override
    public void close() {
        // nothing to free yet
    }
}
