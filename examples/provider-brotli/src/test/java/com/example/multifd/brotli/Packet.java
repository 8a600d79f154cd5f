package com.example.multifd.brotli;

import java.nio.ByteBuffer;
import java.util.Map;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;

/** Pages of one packet in as many runs as there are pages, and the payload: core's side, as far as these tests need it. */
final class Packet implements PageRuns, Payload, PayloadSource {

    static final int PAGE = 4096;
    private static final int LIMIT = 1 << 20;

    private final ByteBuffer memory;
    private final ByteBuffer payload = ByteBuffer.allocateDirect(LIMIT);

    private Packet(int pages) {
        memory = ByteBuffer.allocateDirect(pages * PAGE);
    }

    static byte[] sent(MultiFDSender sender, byte[] pages) throws MultiFDException {
        Packet packet = new Packet(pages.length / PAGE);
        packet.memory.put(pages);
        sender.prepare(packet, packet);
        byte[] bytes = new byte[packet.payload.position()];
        packet.payload.get(0, bytes);
        return bytes;
    }

    static byte[] received(MultiFDReceiver receiver, byte[] payload, int pages) throws Exception {
        Packet packet = new Packet(pages);
        packet.payload.put(payload).flip();
        receiver.recv(packet, packet);
        byte[] bytes = new byte[pages * PAGE];
        packet.memory.get(0, bytes);
        return bytes;
    }

    static Params params(int level, int window) {
        return new Params(Map.of(BrotliMethods.LEVEL, level, BrotliMethods.WINDOW, window));
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
            return LIMIT;
        }

        @Override
        public int parameter(String name) {
            return values.get(name);
        }
    }

    @Override
    public int pageSize() {
        return PAGE;
    }

    @Override
    public int pages() {
        return runs();
    }

    @Override
    public int bytes() {
        return memory.capacity();
    }

    @Override
    public int runs() {
        return bytes() / PAGE;
    }

    @Override
    public ByteBuffer buffer(int run) {
        return memory.slice(run * PAGE, PAGE);
    }

    @Override
    public void copyTo(ByteBuffer dst) {
        dst.put(memory.duplicate().clear());
    }

    @Override
    public void copyFrom(ByteBuffer src) {
        memory.duplicate().clear().put(src);
    }

    @Override
    public ByteBuffer buffer() {
        return payload;
    }

    @Override
    public void appendPages() {
        throw new AssertionError("brotli compresses");
    }

    @Override
    public int length() {
        return payload.limit();
    }

    @Override
    public void readInto(PageRuns pages) {
        throw new AssertionError("brotli decompresses");
    }
}
