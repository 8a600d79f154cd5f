package org.multifd.tck;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.ParameterValues;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;
import org.multifd.api.SharedMaker;
import org.multifd.tck.internal.harness.ChannelParams;

/**
 * The pages of one packet and core's side of a channel, for a compressing method's own tests of what its bytes look
 * like. The rules themselves are tested by {@link Conformance}. Pages of 4,096 bytes, in runs of equal size, in direct
 * memory. Not for use by several threads at once.
 */
public final class Packet implements PageRuns {

    /** Bytes of a page. */
    public static final int PAGE = 4096;

    /** The most bytes a payload may have, {@link MultiFDSendParams#payloadLimit}. */
    public static final int PAYLOAD_LIMIT = ChannelParams.PAYLOAD_LIMIT;

    private final ByteBuffer memory;
    private final int runBytes;

    /**
     * Room for pages.
     *
     * @param pages how many
     * @param runs of neighbours, a divisor of the pages
     */
    public Packet(int pages, int runs) {
        memory = ByteBuffer.allocateDirect(pages * PAGE);
        runBytes = memory.capacity() / runs;
    }

    /**
     * Pages with content.
     *
     * @param content whole pages
     * @param runs of neighbours, a divisor of the pages
     */
    public Packet(byte[] content, int runs) {
        this(content.length / PAGE, runs);
        memory.duplicate().put(content);
    }

    /**
     * The bytes of the pages.
     *
     * @return a copy
     */
    public byte[] content() {
        byte[] content = new byte[bytes()];
        memory.get(0, content);
        return content;
    }

    /**
     * Lets a sender prepare these pages.
     *
     * @param sender the method's
     * @return the payload's bytes
     * @throws MultiFDException as the sender does
     */
    public byte[] sentBy(MultiFDSender sender) throws MultiFDException {
        return sentBy(sender, Payload.EFFORT_AS_SET);
    }

    /**
     * Lets a sender prepare these pages with an effort.
     *
     * @param sender of a method that compresses
     * @param effort what {@link Payload#effort} answers
     * @return the payload's bytes
     * @throws MultiFDException as the sender does
     */
    public byte[] sentBy(MultiFDSender sender, int effort) throws MultiFDException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(PAYLOAD_LIMIT);
        byte[][] pages = {new byte[0]};
        sender.prepare(this, new Payload() {
            @Override
            public ByteBuffer buffer() {
                return buffer;
            }

            @Override
            public void appendPages() {
                pages[0] = content();
            }

            @Override
            public int effort() {
                return effort;
            }
        });
        byte[] payload = new byte[buffer.position() + pages[0].length];
        buffer.get(0, payload, 0, buffer.position());
        System.arraycopy(pages[0], 0, payload, buffer.position(), pages[0].length);
        return payload;
    }

    /**
     * Lets a receiver fill these pages.
     *
     * @param receiver of a method that compresses
     * @param payload what was sent
     * @return this
     * @throws AssertionError if the payload was not consumed whole
     * @throws Exception as the receiver does
     */
    public Packet receivedBy(MultiFDReceiver receiver, byte[] payload) throws Exception {
        ByteBuffer buffer = ByteBuffer.allocateDirect(payload.length).put(payload).flip().asReadOnlyBuffer();
        receiver.recv(this, new PayloadSource() {
            @Override
            public int length() {
                return payload.length;
            }

            @Override
            public ByteBuffer head(int bytes) {
                int start = buffer.position();
                buffer.position(start + bytes);
                return buffer.slice(start, bytes);
            }

            @Override
            public ByteBuffer buffer() {
                return buffer;
            }

            @Override
            public void readInto(PageRuns pages) {
                pages.copyFrom(buffer);
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
    public String block() {
        return "pc.ram";
    }

    @Override
    public long offset(int page) {
        return (long) Objects.checkIndex(page, pages()) * PAGE;
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

    /**
     * Incompressible content, the same for the same seed.
     *
     * @param pages how many
     * @param seed another one, other content
     * @return its bytes
     */
    public static byte[] noise(int pages, int seed) {
        byte[] content = new byte[pages * PAGE];
        new Random(seed).nextBytes(content);
        return content;
    }

    /**
     * Words out of a small dictionary, the same for the same seed: there are matches within a page, between pages and
     * between packets.
     *
     * @param pages how many
     * @param seed another one, other content
     * @return its bytes
     */
    public static byte[] text(int pages, int seed) {
        Random random = new Random(seed);
        byte[] content = new byte[pages * PAGE];
        for (int at = 0; at < content.length;) {
            byte[] word = Integer.toString(random.nextInt(3000) * 7919, 36).getBytes(StandardCharsets.US_ASCII);
            int length = Math.min(word.length, content.length - at);
            System.arraycopy(word, 0, content, at, length);
            at += length + 1;
        }
        return content;
    }

    /**
     * Channel 0's parameters.
     *
     * @param values of the method's parameters, name and value in turn: a number, a Boolean or a text
     * @return what to set a channel up with
     */
    public static Params params(Object... values) {
        List<MethodParameter> declared = new ArrayList<>();
        for (int i = 0; i < values.length; i += 2) {
            declared.add(declared((String) values[i], values[i + 1]));
        }
        return new Params(ParameterValues.of(declared, Map.of()));
    }

    private static MethodParameter declared(String name, Object value) {
        if (value instanceof Integer number) {
            return MethodParameter.integer(name, Integer.MIN_VALUE, Integer.MAX_VALUE, number, "");
        } else if (value instanceof Long bytes) {
            return MethodParameter.size(name, 0, Long.MAX_VALUE, bytes, "");
        } else if (value instanceof Boolean on) {
            return MethodParameter.bool(name, on, "");
        }
        return MethodParameter.string(name, Integer.MAX_VALUE, value.toString(), "");
    }

    /**
     * A channel's parameters, for either direction.
     *
     * @param values of the method's parameters; one that is not here is refused
     */
    public record Params(ParameterValues values) implements MultiFDSendParams, MultiFDRecvParams {

        /** Makes a new object: there is one channel. Nobody closes it. */
        @Override
        public <T extends AutoCloseable> T shared(Class<T> type, SharedMaker<T> maker) throws MultiFDException {
            return maker.make();
        }

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
            return ChannelParams.PACKET_BYTES / PAGE;
        }

        @Override
        public int payloadLimit() {
            return PAYLOAD_LIMIT;
        }
    }
}
