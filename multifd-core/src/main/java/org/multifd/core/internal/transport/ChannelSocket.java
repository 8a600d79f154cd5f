package org.multifd.core.internal.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * A socket channel, TCP or UNIX, as the JDK's TLS socket wants to see it. It collects records, so that a packet leaves
 * in few writes, and keeps what TLS does not tell: whether the stream just ended, and what the socket said when it
 * failed. Whatever else is asked of it answers {@link NoSocket}: a Socket without one would make one.
 */
final class ChannelSocket extends Socket {

    private static final int BUFFER = 128 * 1024;

    private final Input input;
    private final Output output;

    ChannelSocket(PlainLayer below) throws SocketException {
        super(new NoSocket());
        this.input = new Input(below);
        this.output = new Output(below);
    }

    /** What comes, with the first bytes kept: they tell whether it is TLS at all. */
    static final class Input extends InputStream {

        private final PlainLayer below;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).limit(0);
        private final byte[] one = new byte[1];
        private volatile boolean ended;
        private volatile IOException error;
        private int magic;
        private int magicBytes;
        private volatile boolean sealed;
        /** How many bytes of the current record's header TLS has taken, and how many behind it it has yet to take. */
        private int headerBytes;
        private int recordLeft;
        private boolean impatient;
        private long deadline;

        Input(PlainLayer below) {
            this.below = below;
        }

        @Override
        public int read() throws IOException {
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (!buffer.hasRemaining()) {
                if (impatient && headerBytes == 0 && below.isQuiet(millisLeft())) {
                    throw new SocketTimeoutException("no record has begun");
                }
                if (!fill()) {
                    return -1;
                }
            }
            int n = Math.min(length, buffer.remaining());
            buffer.get(into, offset, n);
            follow(ByteBuffer.wrap(into, offset, n));
            return n;
        }

        /**
         * From here to {@link #waitAgain} the time to wait for the next record to begin is limited. If none does a
         * {@link SocketTimeoutException} is thrown, which TLS takes as nothing that has happened to the connection.
         */
        void waitAtMost(int millis) {
            deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            impatient = true;
        }

        void waitAgain() {
            impatient = false;
        }

        private int millisLeft() {
            return (int) Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
        }

        /**
         * Refuses handshakes from now on. TLS 1.3 has none; in TLS 1.2 it would be a renegotiation, by which a peer can
         * become another one in the middle of the stream.
         */
        void seal() {
            sealed = true;
        }

        /** Follows the records that TLS takes: type, version, length, content. */
        private void follow(ByteBuffer taken) throws TlsException {
            while (taken.hasRemaining()) {
                if (headerBytes < ClientHello.RECORD_HEADER) {
                    int b = taken.get() & 0xFF;
                    if (headerBytes == 0 && sealed && b == ClientHello.HANDSHAKE) {
                        error = new TlsException("received a TLS renegotiation, expected data: it is refused");
                        throw (TlsException) error;
                    }
                    recordLeft = headerBytes > 2 ? recordLeft << 8 | b : 0;
                    headerBytes++;
                } else {
                    int skipped = Math.min(recordLeft, taken.remaining());
                    taken.position(taken.position() + skipped);
                    recordLeft -= skipped;
                }
                if (headerBytes == ClientHello.RECORD_HEADER && recordLeft == 0) {
                    headerBytes = 0;
                }
            }
        }

        /** What a client says first, without taking it; less if that is no record of TLS's. */
        ByteBuffer first() throws IOException {
            while (buffer.remaining() < ClientHello.RECORD_HEADER
                    || buffer.remaining() < ClientHello.recordBytes(buffer)) {
                if (!fill()) {
                    break;
                }
            }
            return buffer.duplicate();
        }

        private boolean fill() throws IOException {
            int n;
            int start = buffer.compact().position();
            try {
                n = below.read(buffer);
            } catch (IOException e) {
                error = e;
                throw e;
            } finally {
                buffer.flip();
            }
            if (n < 0) {
                ended = true;
                return false;
            }
            for (int i = 0; magicBytes < Integer.BYTES && i < n; i++, magicBytes++) {
                magic = magic << 8 | buffer.get(start + i) & 0xFF;
            }
            return true;
        }

        /** The stream has ended below TLS. */
        boolean ended() {
            return ended;
        }

        IOException error() {
            return error;
        }

        /** The first four bytes; 0 if fewer came. */
        int magic() {
            return magicBytes < Integer.BYTES ? 0 : magic;
        }
    }

    /**
     * What leaves. A failure does not show to TLS, which would forget what it can still read then: the alert that says
     * why the peer has closed.
     */
    static final class Output extends OutputStream {

        private final PlainLayer below;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        private final byte[] one = new byte[1];
        private boolean collecting;
        private volatile IOException error;

        Output(PlainLayer below) {
            this.below = below;
        }

        /** From here to {@link #release} records wait for a full buffer. */
        synchronized void collect() {
            collecting = true;
        }

        synchronized void release() {
            collecting = false;
            push();
        }

        @Override
        public synchronized void write(int b) {
            one[0] = (byte) b;
            write(one, 0, 1);
        }

        @Override
        public synchronized void write(byte[] from, int offset, int length) {
            for (int done = 0; done < length;) {
                int n = Math.min(length - done, buffer.remaining());
                buffer.put(from, offset + done, n);
                done += n;
                if (!buffer.hasRemaining()) {
                    push();
                }
            }
            if (!collecting) {
                push();
            }
        }

        private void push() {
            try {
                buffer.flip();
                if (error == null) {
                    below.write(buffer);
                }
            } catch (IOException e) {
                error = e;
            }
            buffer.clear();
        }

        IOException error() {
            return error;
        }
    }

    @Override
    public Input getInputStream() {
        return input;
    }

    @Override
    public Output getOutputStream() {
        return output;
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    /** The channel is its connection's to close. */
    @Override
    public void close() {
        // nothing
    }

    @Override
    public void shutdownInput() {
        // nothing
    }

    @Override
    public void shutdownOutput() {
        // nothing
    }
}
