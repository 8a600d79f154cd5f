package com.example.multifd.dict;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;

/** Inflates each packet from the dictionary on, straight into the pages. */
final class DictReceiver implements MultiFDReceiver {

    private final Inflater inflater = new Inflater(true);
    private final ByteBuffer beyond = ByteBuffer.allocate(1);
    private final byte[] dictionary;

    DictReceiver(byte[] dictionary) {
        this.dictionary = dictionary;
    }

    @Override
    public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
        ByteBuffer payload = in.buffer();
        inflater.reset();
        inflater.setInput(payload);
        if (dictionary != null) {
            inflater.setDictionary(dictionary);
        }
        try {
            int filled = 0;
            for (int run = 0; run < pages.runs(); run++) {
                ByteBuffer memory = pages.buffer(run);
                filled += inflater.inflate(memory);
                if (memory.hasRemaining()) {
                    throw new MultiFDException("dict: the payload ended after " + filled + " of " + pages.bytes()
                            + " bytes of pages");
                }
            }
            if (inflater.inflate(beyond.clear()) > 0 || !inflater.finished() || payload.hasRemaining()) {
                throw new MultiFDException("dict: the payload has more than its " + pages.bytes()
                        + " bytes of pages");
            }
        } catch (DataFormatException e) {
            throw new MultiFDException("dict: the payload is corrupt: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        inflater.end();
    }
}
