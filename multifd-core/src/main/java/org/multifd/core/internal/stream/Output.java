package org.multifd.core.internal.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.multifd.core.internal.transport.Connection;

/** Buffered big-endian writing, as a rule to one connection. One thread's. */
final class Output {

    /** Where it goes. */
    @FunctionalInterface
    interface Sink {
        void writeFully(ByteBuffer from) throws IOException;
    }

    private final Sink sink;
    private final ByteBuffer buffer;

    Output(Connection connection, int size) {
        this(connection::writeFully, size);
    }

    Output(Sink sink, int size) {
        this.sink = sink;
        this.buffer = ByteBuffer.allocateDirect(size);
    }

    private ByteBuffer room(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            flush();
        }
        return buffer;
    }

    Output u8(int value) throws IOException {
        room(1).put((byte) value);
        return this;
    }

    Output u16(int value) throws IOException {
        room(2).putShort((short) value);
        return this;
    }

    Output u32(int value) throws IOException {
        room(4).putInt(value);
        return this;
    }

    Output u64(long value) throws IOException {
        room(8).putLong(value);
        return this;
    }

    Output bytes(byte[] bytes) throws IOException {
        return bytes(bytes, bytes.length);
    }

    /** The first bytes of an array. */
    Output bytes(byte[] bytes, int count) throws IOException {
        int done = 0;
        while (done < count) {
            int n = Math.min(count - done, buffer.capacity());
            room(n).put(bytes, done, n);
            done += n;
        }
        return this;
    }

    /** A u8 length and the bytes. */
    Output counted(byte[] bytes) throws IOException {
        return u8(bytes.length).bytes(bytes);
    }

    Output counted(String text) throws IOException {
        return counted(text.getBytes(StandardCharsets.UTF_8));
    }

    void flush() throws IOException {
        sink.writeFully(buffer.flip());
        buffer.clear();
    }
}
