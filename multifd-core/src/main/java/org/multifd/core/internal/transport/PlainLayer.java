package org.multifd.core.internal.transport;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.multifd.core.internal.wire.Text;
import org.multifd.core.internal.wire.WireException;

/** A socket's bytes as they are. TLS lies above it, so that it counts the bytes that really crossed in either case. */
final class PlainLayer implements TransportLayer {

    /** What a destination says that expects TLS: that has another message. */
    private static final byte TLS_ALERT = 21;

    /** How much of an unexpected answer is told. */
    private static final int ANSWER_SHOWN = 40;

    private final SocketChannel channel;
    private volatile long bytesRead;
    private volatile long bytesWritten;

    PlainLayer(SocketChannel channel) {
        this.channel = channel;
    }

    long bytesRead() {
        return bytesRead;
    }

    long bytesWritten() {
        return bytesWritten;
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int n = channel.read(into);
        bytesRead = bytesRead + Math.max(n, 0);
        return n;
    }

    @Override
    public long read(ByteBuffer[] into, int first, int count) throws IOException {
        long n = channel.read(into, first, count);
        bytesRead = bytesRead + Math.max(n, 0);
        return n;
    }

    @Override
    public boolean isQuiet(int millis) throws IOException {
        try (Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            boolean quiet = (millis == 0 ? selector.selectNow() : selector.select(millis)) == 0;
            key.cancel();
            selector.selectNow();
            return quiet;
        } finally {
            if (channel.isOpen()) {
                channel.configureBlocking(true);
            }
        }
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            int n = channel.write(from);
            bytesWritten = bytesWritten + n;
        }
    }

    @Override
    public void write(ByteBuffer[] from, int first, int count) throws IOException {
        long left = TransportLayer.remaining(from, first, count);
        while (left > 0) {
            long n = channel.write(from, first, count);
            left -= n;
            bytesWritten = bytesWritten + n;
        }
    }

    void transfer(FileChannel from, long position, long count) throws IOException {
        long done = 0;
        while (done < count) {
            long n = from.transferTo(position + done, count - done, channel);
            if (n <= 0) {
                throw new EOFException("the file ended at byte " + from.size()
                        + " while its pages were sent, expected at least " + (position + count));
            }
            done += n;
            bytesWritten = bytesWritten + n;
        }
    }

    /** See {@link Connection#answered}. */
    IOException answered(IOException error, String peer) {
        ByteBuffer said = ByteBuffer.allocate(ANSWER_SHOWN);
        try {
            channel.configureBlocking(false);
            if (channel.read(said) > 0 && said.get(0) != TLS_ALERT) {
                byte[] answer = Arrays.copyOf(said.array(), said.position());
                return new WireException("received " + Text.quote(answer) + " from " + peer
                        + " on a multifd channel, expected nothing; is it a QEMU or multifd that listens there?",
                        error);
            }
        } catch (IOException e) {
            error.addSuppressed(e);
        }
        return error;
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    void close() {
        close(channel);
    }

    static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is left to do for this socket, and nothing was lost: what had to arrive was acknowledged above
            // it.
        }
    }
}
