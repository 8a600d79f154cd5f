package org.multifd.provider.lz4;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;

/** One packet's pages, as core would hand them over, in runs of equal size. */
final class Packet implements PageRuns {

    static final int PAGE = 4096;
    static final int PAYLOAD_LIMIT = 1 << 20;

    private final ByteBuffer memory;
    private final int runBytes;

    /** Room for pages. */
    Packet(int pages, int runs) {
        memory = ByteBuffer.allocateDirect(pages * PAGE);
        runBytes = memory.capacity() / runs;
    }

    /** These pages. */
    Packet(byte[] content, int runs) {
        this(content.length / PAGE, runs);
        memory.put(content);
    }

    byte[] content() {
        byte[] content = new byte[bytes()];
        memory.get(0, content);
        return content;
    }

    byte[] sentBy(MultiFDSender sender) throws MultiFDException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(PAYLOAD_LIMIT);
        sender.prepare(this, new Payload() {
            @Override
            public ByteBuffer buffer() {
                return buffer;
            }

            @Override
            public void appendPages() {
                throw new AssertionError("not compressed");
            }
        });
        byte[] payload = new byte[buffer.position()];
        buffer.get(0, payload);
        return payload;
    }

    /** Receives, and fails unless the whole payload was consumed, as core does. */
    Packet receivedBy(MultiFDReceiver receiver, byte[] payload) throws Exception {
        ByteBuffer buffer = ByteBuffer.allocateDirect(payload.length).put(payload).flip().asReadOnlyBuffer();
        receiver.recv(this, new PayloadSource() {
            @Override
            public int length() {
                return payload.length;
            }

            @Override
            public ByteBuffer buffer() {
                return buffer;
            }

            @Override
            public void readInto(PageRuns pages) {
                throw new AssertionError("not decompressed");
            }
        });
        if (buffer.hasRemaining()) {
            throw new AssertionError(buffer.remaining() + " bytes were not consumed");
        }
        return this;
    }

    @Override
    public int pageSize() {
        return PAGE;
    }

    @Override
    public int pages() {
        return memory.capacity() / PAGE;
    }

    @Override
    public int bytes() {
        return memory.capacity();
    }

    @Override
    public int runs() {
        return memory.capacity() / runBytes;
    }

    @Override
    public ByteBuffer buffer(int run) {
        return memory.duplicate().limit((run + 1) * runBytes).position(run * runBytes);
    }

    @Override
    public void copyTo(ByteBuffer dst) {
        dst.put(memory.duplicate().clear());
    }

    @Override
    public void copyFrom(ByteBuffer src) {
        memory.duplicate().clear().put(src.slice().limit(bytes()));
        src.position(src.position() + bytes());
    }

    /** A channel's parameters, given by name and value in turn. */
    static Params params(Object... values) {
        Map<String, Integer> byName = new HashMap<>();
        for (int i = 0; i < values.length; i += 2) {
            byName.put((String) values[i], (Integer) values[i + 1]);
        }
        return new Params(byName);
    }

    record Params(Map<String, Integer> values) implements MultiFDSendParams, MultiFDRecvParams {
        @Override
        public int channel() {
            return 0;
        }

        @Override
        public int pageSize() {
            return PAGE;
        }

        @Override
        public int pageCount() {
            return 128;
        }

        @Override
        public int payloadLimit() {
            return PAYLOAD_LIMIT;
        }

        @Override
        public int parameter(String name) {
            return values.get(name);
        }
    }
}
