package org.multifd.fuzz;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * A method's receiving side: packet after packet on one channel, each of a byte for the number of pages and how they
 * lie, three for the payload's length, and the payload.
 */
final class Receiving {

    static final int PAGE_SIZE = 4096;
    static final int PAGE_COUNT = PacketHeader.pageCount(PAGE_SIZE);
    static final int APART = 0x80;
    private static final int PACKET_HEADER = 4;
    private static final byte[] GUARDS = "guarded!".repeat(PAGE_SIZE / 8).getBytes(StandardCharsets.US_ASCII);
    private static final long HEAP = 4 << 20;

    private final MultiFDMethods method;
    /** Every page has another one before it, and one is behind the last, that nobody may touch. */
    private final ByteBuffer memory = ByteBuffer.allocateDirect((2 * PAGE_COUNT + 2) * PAGE_SIZE);
    private final RamBlock block = new RamBlock("fuzz", PAGE_SIZE, false, memory);
    private final RamRuns runs = new RamRuns(PAGE_SIZE, PAGE_COUNT, false);
    private final byte[] guarded = new byte[PAGE_SIZE];
    private final long[] offsets = new long[PAGE_COUNT];
    private final Source source = new Source();

    Receiving(String name) {
        try {
            method = MethodRegistry.load().find(name);
        } catch (MigrationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether all packets were taken. */
    boolean check(byte[] data) {
        return Claims.check(data, HEAP, this::accepts);
    }

    private boolean accepts(byte[] data) {
        boolean accepted = false;
        ByteBuffer in = ByteBuffer.wrap(data);
        try (MultiFDReceiver receiver = method.recvSetup(new Params(method))) {
            while (in.remaining() > PACKET_HEADER) {
                int shape = in.get() & 0xFF;
                int length = (in.get() & 0xFF) << 16 | in.getShort() & 0xFFFF;
                packet(receiver, shape, in, Math.min(1 + length % PacketHeader.PAYLOAD_LIMIT, in.remaining()));
            }
            accepted = true;
        } catch (MultiFDException e) {
            Claims.line(e);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return accepted;
    }

    private void packet(MultiFDReceiver receiver, int shape, ByteBuffer in, int length)
            throws MultiFDException, IOException {
        int pages = 1 + (shape & ~APART);
        boolean apart = (shape & APART) != 0;
        for (int i = 0; i < pages; i++) {
            offsets[i] = (long) (apart ? 2 * i + 1 : i + 1) * PAGE_SIZE;
        }
        for (int i = 0; i <= (apart ? pages : 1); i++) {
            guard(apart ? 2 * i : i * (pages + 1));
        }
        runs.set(block, offsets, pages);
        source.set(in, length);
        try {
            receiver.recv(runs, source);
        } finally {
            for (int i = 0; i <= (apart ? pages : 1); i++) {
                check(apart ? 2 * i : i * (pages + 1));
            }
        }
    }

    private void guard(int page) {
        memory.put(page * PAGE_SIZE, GUARDS, 0, PAGE_SIZE);
    }

    private void check(int page) {
        memory.get(page * PAGE_SIZE, guarded);
        Claims.hold(Arrays.equals(GUARDS, guarded), "page " + page + " was not the packet's and was written");
    }

    /** A payload, once. */
    private static final class Source implements PayloadSource {

        private final ByteBuffer buffer = ByteBuffer.allocateDirect(PacketHeader.PAYLOAD_LIMIT);
        private final ByteBuffer view = buffer.asReadOnlyBuffer();

        void set(ByteBuffer in, int length) {
            buffer.clear().put(in.slice(in.position(), length)).flip();
            in.position(in.position() + length);
            view.clear().limit(length);
        }

        @Override
        public int length() {
            return buffer.limit();
        }

        @Override
        public ByteBuffer head(int bytes) throws MultiFDException {
            if (bytes > length()) {
                throw new MultiFDException("payload: received " + length() + " bytes, expected a head of " + bytes);
            }
            view.position(bytes);
            return buffer.slice(0, bytes).asReadOnlyBuffer();
        }

        @Override
        public ByteBuffer buffer() {
            return view;
        }

        @Override
        public void readInto(PageRuns pages) throws MultiFDException {
            if (view.remaining() != pages.bytes()) {
                throw new MultiFDException("payload: received " + view.remaining() + " bytes, expected "
                        + pages.bytes());
            }
            pages.copyFrom(view);
        }
    }
}
