package org.multifd.provider.zlib;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;

/** One zlib stream, inflated straight into the pages. */
final class ZlibReceiver implements MultiFDReceiver {

    private final Inflater inflater = new Inflater();
    private final ByteBuffer beyond = ByteBuffer.allocate(1);

    @Override
    public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
        ByteBuffer payload = in.buffer();
        inflater.setInput(payload);
        try {
            int filled = 0;
            for (int run = 0; run < pages.runs(); run++) {
                ByteBuffer memory = pages.buffer(run);
                while (memory.hasRemaining()) {
                    int produced = inflater.inflate(memory);
                    filled += produced;
                    if (produced == 0) {
                        throw new MultiFDException("zlib: " + whyNothingCame(in.length()) + " after " + filled + " of "
                                + pages.bytes() + " bytes of pages");
                    }
                }
            }
            end(pages, payload);
        } catch (DataFormatException e) {
            throw new MultiFDException("zlib: the payload is corrupt: " + e.getMessage(), e);
        }
    }

    /**
     * The sync flush's last bytes are still unread when the last page is full: asking for one byte more takes them in,
     * and shows whether the payload holds more than the pages.
     */
    private void end(PageRuns pages, ByteBuffer payload) throws MultiFDException, DataFormatException {
        beyond.clear();
        if (inflater.inflate(beyond) > 0) {
            throw new MultiFDException("zlib: the payload decodes to more than the " + pages.bytes()
                    + " bytes of its pages");
        }
        if (inflater.finished()) {
            throw new MultiFDException("zlib: the stream was finished with " + payload.remaining()
                    + " bytes of the payload left, but a channel's stream never ends");
        }
    }

    private String whyNothingCame(int length) {
        if (inflater.finished()) {
            return "the stream was finished";
        }
        if (inflater.needsDictionary()) {
            return "the stream asks for a preset dictionary";
        }
        return "the payload of " + length + " bytes ended";
    }

    @Override
    public void close() {
        inflater.end();
    }
}
