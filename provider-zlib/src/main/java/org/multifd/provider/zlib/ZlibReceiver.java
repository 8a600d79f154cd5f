package org.multifd.provider.zlib;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;

/**
 * One zlib stream, inflated straight into the pages, unless they are scattered: each call costs a JNI transition and a
 * copy of what it produced into the stream's window, so that many short ones are slower than one and a copy.
 */
final class ZlibReceiver implements MultiFDReceiver {

    /** Bytes on average. Measured: from here on the pages themselves are as fast. */
    private static final int LONG_RUN = 32 * 1024;

    private final Inflater inflater = new Inflater();
    private final ByteBuffer beyond = ByteBuffer.allocate(1);
    private final int packetBytes;
    private final boolean standalone;
    private ByteBuffer scratch;

    /** @param standalone whether each packet is a zlib stream of its own */
    ZlibReceiver(int packetBytes, boolean standalone) {
        this.packetBytes = packetBytes;
        this.standalone = standalone;
    }

    @Override
    public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
        ByteBuffer payload = in.buffer();
        inflater.setInput(payload);
        try {
            if (pages.runs() == 1 || pages.bytes() / pages.runs() >= LONG_RUN) {
                int filled = 0;
                for (int run = 0; run < pages.runs(); run++) {
                    filled = fill(pages.buffer(run), filled, pages, in);
                }
            } else {
                if (scratch == null) {
                    scratch = ByteBuffer.allocateDirect(packetBytes);
                }
                fill(scratch.clear().limit(pages.bytes()), 0, pages, in);
                pages.copyFrom(scratch.flip());
            }
            end(pages, payload);
        } catch (DataFormatException e) {
            throw new MultiFDException("zlib: the payload is corrupt: " + e.getMessage(), e);
        }
    }

    /** @return how many bytes are filled now */
    private int fill(ByteBuffer memory, int before, PageRuns pages, PayloadSource in)
            throws MultiFDException, DataFormatException {
        int filled = before;
        while (memory.hasRemaining()) {
            int produced = inflater.inflate(memory);
            filled += produced;
            if (produced == 0) {
                throw new MultiFDException("zlib: " + whyNothingCame(in.length()) + " after " + filled + " of "
                        + pages.bytes() + " bytes of pages");
            }
        }
        return filled;
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
        if (standalone) {
            endAlone(payload);
        } else if (inflater.finished()) {
            throw new MultiFDException("zlib: the stream was finished with " + payload.remaining()
                    + " bytes of the payload left, but a channel's stream never ends");
        }
    }

    private void endAlone(ByteBuffer payload) throws MultiFDException {
        if (!inflater.finished() || payload.hasRemaining()) {
            throw new MultiFDException("zlib: " + (inflater.finished() ? "the stream ends " + payload.remaining()
                    + " bytes before" : "the stream goes on behind") + " the end of the payload, expected one whole "
                    + "stream in a packet that stands alone");
        }
        inflater.reset();
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
