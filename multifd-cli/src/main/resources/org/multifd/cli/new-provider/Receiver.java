package @package@;

import java.io.IOException;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;

/** One channel's decompressor: the pages are a copy of the payload. */
final class @Name@Receiver implements MultiFDReceiver {

    /**
     * Reads exactly the payload and fills exactly the pages; less or more on either side is a {@link MultiFDException}
     * that says which (rule 3.2).
     *
     * <p>The payload is a stranger's: no length in it is believed before it is checked, and whatever it holds ends in a
     * MultiFDException or in wrong bytes within these pages, in nothing else (rule 3.3). An IOException passes as it is
     * (rule 3.5).
     */
    @Override
    public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
        if (in.length() != pages.bytes()) {
            throw new MultiFDException("@name@: received a payload of " + in.length() + " bytes, expected the "
                    + pages.bytes() + " bytes of the pages");
        }
        pages.copyFrom(in.buffer());
    }

    /** Frees a codec's native memory at once; a second call does nothing (rule 4.1). */
    @Override
    public void close() {
        // nothing to free yet
    }
}
