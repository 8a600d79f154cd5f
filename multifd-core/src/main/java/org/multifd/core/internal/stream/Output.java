package org.multifd.core.internal.stream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.multifd.core.internal.channel.ErrorContext;
import org.multifd.core.internal.transport.Connection;

/** Buffered big-endian writing to a connection, a file or memory. One thread's. */
public final class Output {

    /** Where it goes. */
    @FunctionalInterface
    public interface Sink {
        /** Writes the buffer up to its limit. @param at how many bytes were written before */
        void write(ByteBuffer from, long at) throws IOException;
    }

    /** What is written to memory. */
    interface Content {
        void write(Output out) throws IOException;
    }

    private static final int MEMORY_BUFFER = 1024;

    private final Sink sink;
    private final ByteBuffer buffer;
    private long written;

    /** @param place what is written, for messages */
    Output(Connection connection, String place, int size) {
        this.sink = (from, at) -> {
            try {
                connection.writeFully(from);
            } catch (IOException e) {
                throw ErrorContext.in(place, e);
            }
        };
        this.buffer = ByteBuffer.allocateDirect(size);
    }

    public Output(Sink sink, int size) {
        this.sink = sink;
        this.buffer = ByteBuffer.allocate(size);
    }

    /** The bytes of a content. */
    static byte[] toBytes(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            Output out = new Output((from, at) -> bytes.write(from.array(), 0, from.limit()), MEMORY_BUFFER);
            content.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory has none
        }
        return bytes.toByteArray();
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

    /** Writes the buffer up to its limit. */
    Output bytes(ByteBuffer from) throws IOException {
        int limit = from.limit();
        while (from.position() < limit) {
            room(1);
            int n = Math.min(limit - from.position(), buffer.remaining());
            buffer.put(from.limit(from.position() + n));
            from.limit(limit);
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

    public void flush() throws IOException {
        buffer.flip();
        int bytes = buffer.remaining();
        sink.write(buffer, written);
        written += bytes;
        buffer.clear();
    }

    /** How many bytes have been flushed. */
    public long written() {
        return written;
    }
}
