package org.multifd.tck.reference;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.multifd.api.Availability;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDApi;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;

/**
 * QEMU's zlib, as plainly as it can be written: a stream for the channel's life, state across packets, native memory.
 */
public class DeflateMethods implements MultiFDMethods {

    private static final String LEVEL = "multifd-zlib-level";

    @Override
    public String name() {
        return "zlib";
    }

    @Override
    public int apiVersion() {
        return MultiFDApi.VERSION;
    }

    @Override
    public Availability availability() {
        return Availability.usable("the JDK's");
    }

    @Override
    public List<MethodParameter> parameters() {
        return List.of(MethodParameter.integer(LEVEL, 0, 9, 1, "0 stores, 1 is fast, 9 is small"));
    }

    @Override
    public MultiFDSender sendSetup(MultiFDSendParams params) {
        return new Sender(params.parameter(LEVEL));
    }

    @Override
    public MultiFDReceiver recvSetup(MultiFDRecvParams params) {
        return new Receiver();
    }

    private static final class Sender implements MultiFDSender {
        private final Deflater deflater;

        Sender(int level) {
            deflater = new Deflater(level);
        }

        @Override
        public void prepare(PageRuns pages, Payload out) throws MultiFDException {
            ByteBuffer buffer = out.buffer();
            for (int run = 0; run < pages.runs(); run++) {
                int flush = run == pages.runs() - 1 ? Deflater.SYNC_FLUSH : Deflater.NO_FLUSH;
                deflater.setInput(pages.buffer(run));
                deflater.deflate(buffer, flush);
                if (!deflater.needsInput() || !buffer.hasRemaining()) {
                    throw new MultiFDException("the payload does not fit " + buffer.limit() + " bytes");
                }
            }
        }

        @Override
        public void close() {
            deflater.end();
        }
    }

    private static final class Receiver implements MultiFDReceiver {
        private final Inflater inflater = new Inflater();
        private final ByteBuffer over = ByteBuffer.allocate(1);

        @Override
        public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
            ByteBuffer payload = in.buffer();
            inflater.setInput(payload);
            try {
                for (int run = 0; run < pages.runs(); run++) {
                    ByteBuffer buffer = pages.buffer(run);
                    while (buffer.hasRemaining()) {
                        if (inflater.inflate(buffer) == 0) {
                            throw new MultiFDException("the stream ends " + buffer.remaining()
                                    + " bytes short of run " + run);
                        }
                    }
                }
                if (inflater.inflate(over.clear()) != 0 || payload.hasRemaining() || inflater.finished()) {
                    throw new MultiFDException("the stream goes on or ends beyond the pages' " + pages.bytes()
                            + " bytes");
                }
            } catch (DataFormatException e) {
                throw new MultiFDException("not a zlib stream: " + e.getMessage(), e);
            }
        }

        @Override
        public void close() {
            inflater.end();
        }
    }
}
