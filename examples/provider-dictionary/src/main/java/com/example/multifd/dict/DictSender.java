package com.example.multifd.dict;

import java.nio.ByteBuffer;
import java.util.zip.Deflater;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;

/** Deflates each packet from the dictionary on. Deflate copies live pages before it looks back at them (rule 2.4). */
final class DictSender implements MultiFDSender {

    private final Deflater deflater;
    private final byte[] dictionary;

    DictSender(int level, byte[] dictionary) {
        this.deflater = new Deflater(level, true);
        this.dictionary = dictionary;
    }

    @Override
    public void prepare(PageRuns pages, Payload out) throws MultiFDException {
        ByteBuffer payload = out.buffer();
        deflater.reset();
        if (dictionary != null) {
            deflater.setDictionary(dictionary);
        }
        for (int run = 0; run < pages.runs(); run++) {
            deflater.setInput(pages.buffer(run));
            if (run == pages.runs() - 1) {
                deflater.finish();
            }
            deflater.deflate(payload);
        }
        if (!deflater.finished()) {
            throw new MultiFDException("dict: the pages do not fit the payload of " + payload.limit() + " bytes");
        }
    }

    @Override
    public void close() {
        deflater.end();
    }
}
