package com.example.multifd.brotli;

import com.aayushatharva.brotli4j.decoder.DecoderJNI;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;

/**
 * One channel's brotli stream, packet by packet. Its memory is bounded whatever the stream claims (rule 3.4): a window
 * of 16 MiB at most, as brotli's large windows are not asked for, and an input buffer of a payload's size, all of it
 * native and freed by close.
 */
final class BrotliReceiver implements MultiFDReceiver {

    private DecoderJNI.Wrapper decoder;

    BrotliReceiver(int payloadLimit) throws MultiFDException {
        try {
            decoder = new DecoderJNI.Wrapper(payloadLimit);
        } catch (IOException e) {
            throw new MultiFDException("brotli: " + e.getMessage(), e);
        }
    }

    @Override
    public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
        decoder.getInputBuffer().clear().put(in.buffer());
        decoder.push(in.length());
        int filled = 0;
        int run = 0;
        ByteBuffer to = pages.buffer(0);
        while (goesOn(filled, pages, in)) {
            ByteBuffer output = decoder.pull();
            if (output.remaining() > pages.bytes() - filled) {
                throw new MultiFDException("brotli: the payload decodes to more than the " + pages.bytes()
                        + " bytes of its pages");
            }
            filled += output.remaining();
            while (output.hasRemaining()) {
                if (!to.hasRemaining()) {
                    run++;
                    to = pages.buffer(run);
                }
                int bytes = Math.min(to.remaining(), output.remaining());
                to.put(to.position(), output, output.position(), bytes);
                to.position(to.position() + bytes);
                output.position(output.position() + bytes);
            }
        }
        if (filled < pages.bytes()) {
            throw new MultiFDException("brotli: the payload of " + in.length() + " bytes ended after " + filled + " of "
                    + pages.bytes() + " bytes of pages");
        }
    }

    /**
     * Decodes until there is output or the payload is used up. brotli refuses input that does not fit what came before
     * it, and bytes behind the end of a stream; the rest is asked for here.
     *
     * @return whether there is output
     */
    private boolean goesOn(int filled, PageRuns pages, PayloadSource in) throws MultiFDException {
        while (!decoder.hasOutput()) {
            switch (decoder.getStatus()) {
                case OK -> decoder.push(0);
                case NEEDS_MORE_INPUT -> {
                    return false;
                }
                case DONE -> throw new MultiFDException("brotli: the stream was finished after " + filled + " of "
                        + pages.bytes() + " bytes of pages, but a channel's stream never ends");
                default -> throw new MultiFDException("brotli: the payload of " + in.length()
                        + " bytes is corrupt after " + filled + " of " + pages.bytes() + " bytes of pages");
            }
        }
        return true;
    }

    /** A second call does nothing (rule 4.1). */
    @Override
    public void close() {
        if (decoder != null) {
            decoder.destroy();
            decoder = null;
        }
    }
}
