package org.multifd.core.internal.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.core.internal.transport.ByteSource;

/**
 * A direction of main that is parsed before it is passed on: what was read is held until it was accepted, and goes out
 * before more is waited for. One thread's.
 */
final class Gate implements ByteSource {

    private static final int BUFFER = 128 * 1024;

    /** Where accepted bytes go. */
    @FunctionalInterface
    interface Exit {
        void write(ByteBuffer bytes) throws IOException;
    }

    private final ByteSource from;
    private final Exit exit;
    private ByteBuffer held = ByteBuffer.allocateDirect(BUFFER);
    private long passed;
    private long accepted;
    private long last;

    /** @param passed how many bytes of the stream have gone out before */
    Gate(ByteSource from, Exit exit, long passed) {
        this.from = from;
        this.exit = exit;
        this.passed = passed;
        this.accepted = passed;
    }

    /** Up to this byte of the stream all may go out. */
    void accept(long position) {
        accepted = position;
    }

    /** Accepts whatever is held. */
    void acceptAll() {
        accepted = passed + held.position();
    }

    /** The last eight bytes that were read. */
    long last() {
        return last;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        passOn();
        int start = into.position();
        int n = from.read(into);
        if (n > 0) {
            hold(into.duplicate().position(start).limit(start + n));
        }
        return n;
    }

    private void hold(ByteBuffer bytes) {
        if (held.remaining() < bytes.remaining()) {
            held = ByteBuffer.allocateDirect(Math.max(2 * held.capacity(), held.position() + bytes.remaining()))
                    .put(held.flip());
        }
        for (int i = Math.max(bytes.position(), bytes.limit() - Long.BYTES); i < bytes.limit(); i++) {
            last = last << Byte.SIZE | bytes.get(i) & 0xFF;
        }
        held.put(bytes);
    }

    /** Passes on what was accepted. */
    void passOn() throws IOException {
        int count = (int) (accepted - passed);
        if (count > 0) {
            int end = held.position();
            exit.write(held.flip().limit(count));
            held.limit(end).position(count);
            held.compact();
            passed = accepted;
        }
    }
}
