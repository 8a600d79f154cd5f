package com.example.multifd.brotli;

import com.aayushatharva.brotli4j.encoder.Encoder;
import com.aayushatharva.brotli4j.encoder.EncoderJNI;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;

/**
 * One channel's brotli stream. brotli reads from an input buffer of its own, in native memory that close frees: the
 * pages are copied there once, and what the guest writes meanwhile cannot do any harm (rule 2.4).
 */
final class BrotliSender implements MultiFDSender {

    private EncoderJNI.Wrapper encoder;

    BrotliSender(int level, int window, int packetBytes) throws MultiFDException {
        try {
            encoder = new EncoderJNI.Wrapper(packetBytes, level, window, Encoder.Mode.GENERIC);
        } catch (IOException e) {
            throw new MultiFDException("brotli: " + e.getMessage(), e);
        }
    }

    /**
     * Pushes the pages and flushes, so that the packet can be decoded when it has arrived (rule 2.6). brotli stops when
     * it has output to hand over, with input unread or the flush still to come: the flush is complete when a push
     * leaves neither.
     */
    @Override
    public void prepare(PageRuns pages, Payload out) throws MultiFDException {
        pages.copyTo(encoder.getInputBuffer().clear());
        int input = pages.bytes();
        boolean goesOn = true;
        while (goesOn) {
            encoder.push(EncoderJNI.Operation.FLUSH, input);
            input = 0;
            goesOn = false;
            while (encoder.hasMoreOutput()) {
                append(encoder.pull(), out.buffer());
                goesOn = true;
            }
            if (!encoder.isSuccess()) {
                throw new MultiFDException("brotli: the pages cannot be compressed");
            }
            goesOn |= encoder.hasRemainingInput();
        }
    }

    private static void append(ByteBuffer output, ByteBuffer payload) throws MultiFDException {
        if (output.remaining() > payload.remaining()) {
            throw new MultiFDException("brotli: the pages do not fit the payload of " + payload.limit() + " bytes");
        }
        payload.put(output);
    }

    /** A second call does nothing (rule 4.1). */
    @Override
    public void close() {
        if (encoder != null) {
            encoder.destroy();
            encoder = null;
        }
    }
}
