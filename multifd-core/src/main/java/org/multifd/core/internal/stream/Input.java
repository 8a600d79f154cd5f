package org.multifd.core.internal.stream;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import org.multifd.core.internal.transport.ByteSource;
import org.multifd.core.internal.wire.Text;
import org.multifd.core.internal.wire.WireException;

/** Buffered big-endian reading of a main stream, from its channel or a file. One thread's. */
final class Input {

    private final ByteSource source;
    private final String name;
    private final String ended;
    private final FileChannel file;
    private final ByteBuffer buffer;
    private long taken;
    private ByteArrayOutputStream copy;
    /** The most bytes that are copied. */
    private int most;

    /** @param taken how many bytes of the stream others have read already */
    Input(ByteSource source, int size, int taken) {
        this(source, null, "main channel", "connection closed by the peer", size, taken);
    }

    /** A file from its position on. @param name which it is, for messages */
    Input(FileChannel file, String name, int size) throws IOException {
        this(file::read, file, name, name + ": the file is cut off", size, file.position());
    }

    /** A part of a file that is in memory. @param name which it is, for messages */
    Input(ByteSource part, String name, int size) {
        this(part, null, name, name + ": the stream in the index is cut off", size, 0);
    }

    private Input(ByteSource source, FileChannel file, String name, String ended, int size, long taken) {
        this.source = source;
        this.file = file;
        this.name = name;
        this.ended = ended;
        this.taken = taken;
        this.buffer = ByteBuffer.allocateDirect(size).limit(0);
    }

    /** Whether it is a file, with RAM's pages at fixed places. */
    boolean isFile() {
        return file != null;
    }

    /** What is read, for messages. */
    String name() {
        return name;
    }

    /** How its end is called, for messages; on a connection the reader's caller says that it was main's. */
    String ended() {
        return ended + " at byte ";
    }

    /** Goes on elsewhere in the file. */
    void seek(long position) throws IOException {
        file.position(position);
        buffer.limit(0);
        taken = position;
    }

    /** How many bytes of the stream were taken so far, for messages. */
    long position() {
        return taken;
    }

    private void need(int bytes, String what) throws IOException {
        if (buffer.remaining() < bytes) {
            buffer.compact();
            while (buffer.position() < bytes) {
                if (source.read(buffer) < 0) {
                    throw new EOFException(ended() + (taken + buffer.position())
                            + ": received " + buffer.position() + " bytes of " + what + ", expected " + bytes);
                }
            }
            buffer.flip();
        }
        taken += bytes;
        if (copy != null && bytes > most - copy.size()) {
            throw new WireException(name() + ": received more than " + most + " bytes of early device state and dirty "
                    + "bitmaps, expected at most that");
        }
        for (int i = 0; copy != null && i < bytes; i++) {
            copy.write(buffer.get(buffer.position() + i));
        }
    }

    /** Copies all that is taken from here on, so many bytes at most; null ends that. */
    void copyTo(ByteArrayOutputStream to, int most) {
        copy = to;
        this.most = most;
    }

    /** The next byte, which is not taken. */
    int peek(String what) throws IOException {
        need(1, what);
        taken--;
        return buffer.get(buffer.position()) & 0xFF;
    }

    /** The next eight bytes, which are not taken. */
    long peekLong(String what) throws IOException {
        need(Long.BYTES, what);
        taken -= Long.BYTES;
        return buffer.getLong(buffer.position());
    }

    int u8(String what) throws IOException {
        need(1, what);
        return buffer.get() & 0xFF;
    }

    int u16(String what) throws IOException {
        need(2, what);
        return buffer.getShort() & 0xFFFF;
    }

    int u32(String what) throws IOException {
        need(4, what);
        return buffer.getInt();
    }

    long u64(String what) throws IOException {
        need(8, what);
        return buffer.getLong();
    }

    /** The next bytes; {@code count} is checked by the caller, the buffer holds as many. */
    byte[] bytes(int count, String what) throws IOException {
        need(count, what);
        byte[] bytes = new byte[count];
        buffer.get(bytes);
        return bytes;
    }

    /** Takes bytes of any number. */
    void skip(long count, String what) throws IOException {
        for (long left = count; left > 0; left -= Math.min(left, buffer.capacity())) {
            window((int) Math.min(left, buffer.capacity()), what);
        }
    }

    /** The footer of a section. */
    void footer(int section) throws IOException {
        int type = u8("a section footer");
        int id = u32("a section footer");
        if (type != Qevm.FOOTER || id != section) {
            throw new WireException(name
                    + String.format(": received 0x%02x %s at byte %d, expected the footer 0x%02x %s", type,
                    Integer.toUnsignedString(id), taken - 5, Qevm.FOOTER, Integer.toUnsignedString(section)));
        }
    }

    /** What is kept as text is written again as the same bytes. */
    String text(int length, String what) throws IOException {
        byte[] bytes = bytes(length, what);
        if (!Text.isUtf8(bytes)) {
            throw new WireException(name + ": received " + Text.quote(bytes) + " for " + what + ", expected UTF-8");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A buffer with the next {@code count} bytes from its position on; they are taken with the next call. */
    ByteBuffer window(int count, String what) throws IOException {
        need(count, what);
        ByteBuffer window = buffer.duplicate();
        buffer.position(buffer.position() + count);
        return window;
    }

    /** Whether nothing comes within this time. False where that cannot be told, and at the end of the stream. */
    boolean isQuiet(int millis) throws IOException {
        return file == null && !buffer.hasRemaining() && source.isQuiet(millis);
    }

    /** What follows a stream on a connection is an error; what follows one in a file is looked at by others. */
    void checkNothingBehind(int surplus) throws WireException {
        if (file == null && surplus + buffer.remaining() > 0) {
            throw new WireException("main channel: received " + (surplus + buffer.remaining())
                    + " bytes or more behind the VM description, expected none");
        }
    }

    /** Whatever is there, at least a byte; null at the end of the stream. */
    byte[] some() throws IOException {
        if (!buffer.hasRemaining()) {
            buffer.clear();
            int n = source.read(buffer);
            buffer.flip();
            if (n < 0) {
                return null;
            }
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        taken += bytes.length;
        return bytes;
    }
}
