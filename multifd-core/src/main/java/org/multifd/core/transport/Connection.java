package org.multifd.core.transport;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/**
 * One connected socket. One thread reads and one writes at a time; any thread may close, which ends both with an
 * exception. Counts the bytes that really crossed.
 */
public final class Connection implements ByteSource, AutoCloseable {

    private final SocketChannel channel;
    private final String peer;
    private volatile long bytesRead;
    private volatile long bytesWritten;

    Connection(SocketChannel channel) throws IOException {
        this.channel = channel;
        SocketAddress remote = channel.getRemoteAddress();
        if (remote instanceof InetSocketAddress) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        this.peer = text(remote);
    }

    /** As {@link #connect(Address, int, Consumer)}; nobody can end it meanwhile. */
    public static Connection connect(Address to, int timeoutMillis) throws IOException {
        return connect(to, timeoutMillis, end -> { });
    }

    /**
     * Connects; an absent peer, a wrong name or silence for {@code timeoutMillis} is an IOException of one line.
     *
     * @param ending gets what ends the attempt from any thread, and does nothing once it has succeeded
     */
    public static Connection connect(Address to, int timeoutMillis, Consumer<Runnable> ending) throws IOException {
        SocketAddress address = resolve(to, false, "cannot connect to ");
        SocketChannel channel = to.family() == null ? SocketChannel.open() : SocketChannel.open(to.family());
        Attempt attempt = new Attempt(channel);
        try {
            ending.accept(attempt::end);
            if (to.family() == null) {
                channel.socket().connect(address, timeoutMillis);
            } else {
                channel.connect(address);
            }
            attempt.succeeded();
            return new Connection(channel);
        } catch (IOException e) {
            channel.close();
            throw new IOException("cannot connect to " + to.text() + ": " + reason(e)
                    + "; is the destination waiting there?", e);
        }
    }

    /** A socket that is not connected yet. */
    private static final class Attempt {

        private final SocketChannel channel;
        private boolean over;

        Attempt(SocketChannel channel) {
            this.channel = channel;
        }

        synchronized void succeeded() {
            over = true;
        }

        synchronized void end() {
            if (!over) {
                close(channel);
            }
        }
    }

    static SocketAddress resolve(Address address, boolean listening, String failing) throws IOException {
        try {
            return address.resolve(listening);
        } catch (UnknownHostException e) {
            throw new IOException(failing + address.text() + ": host " + address.host() + " is unknown; check the name", e);
        }
    }

    static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    static String text(SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            String host = inet.getAddress().getHostAddress();
            return "tcp:" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + inet.getPort();
        }
        if (address instanceof UnixDomainSocketAddress unix && !unix.getPath().toString().isEmpty()) {
            return "unix:" + unix.getPath();
        }
        return "unix:(unnamed)";
    }

    /** The other end's address, for messages. */
    public String peer() {
        return peer;
    }

    public long bytesRead() {
        return bytesRead;
    }

    public long bytesWritten() {
        return bytesWritten;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int n = channel.read(into);
        if (n > 0) {
            bytesRead = bytesRead + n;
        }
        return n;
    }

    /**
     * Fills the buffer to its limit. {@code what} is being read, for the message when the peer stops in it; what the buffer
     * has already is part of it.
     */
    public void readFully(ByteBuffer into, String what) throws IOException {
        while (into.hasRemaining()) {
            if (read(into) < 0) {
                throw truncated(into.position(), into.limit(), what);
            }
        }
    }

    /** Fills {@code count} buffers from index {@code first} on. */
    public void readFully(ByteBuffer[] into, int first, int count, String what) throws IOException {
        long wanted = remaining(into, first, count);
        long done = 0;
        while (done < wanted) {
            long n = channel.read(into, first, count);
            if (n < 0) {
                throw truncated(done, wanted, what);
            }
            done += n;
            bytesRead = bytesRead + n;
        }
    }

    private static EOFException truncated(long received, long wanted, String what) {
        return new EOFException("connection closed by the peer: received " + received + " bytes of " + what + ", expected " + wanted);
    }

    /** Writes the buffer up to its limit. */
    public void writeFully(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            int n = channel.write(from);
            bytesWritten = bytesWritten + n;
        }
    }

    /** Writes {@code count} buffers from index {@code first} on, in gathering writes. */
    public void writeFully(ByteBuffer[] from, int first, int count) throws IOException {
        long left = remaining(from, first, count);
        while (left > 0) {
            long n = channel.write(from, first, count);
            left -= n;
            bytesWritten = bytesWritten + n;
        }
    }

    /** Writes bytes of a file that do not pass through this process; what is in it when they leave is what is sent. */
    public void transferFully(FileChannel from, long position, long count) throws IOException {
        long done = 0;
        while (done < count) {
            long n = from.transferTo(position + done, count - done, channel);
            if (n <= 0) {
                throw new EOFException("the file ended at byte " + from.size() + " while its pages were sent, expected at least "
                        + (position + count));
            }
            done += n;
            bytesWritten = bytesWritten + n;
        }
    }

    private static long remaining(ByteBuffer[] buffers, int first, int count) {
        long sum = 0;
        for (int i = first; i < first + count; i++) {
            sum += buffers[i].remaining();
        }
        return sum;
    }

    /** Tells the peer that no more will be written; reading goes on. */
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    /** Closes without a word; a second call does nothing. Whoever is blocked on it gets an exception. */
    @Override
    public void close() {
        close(channel);
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is left to do for this socket, and nothing was lost: what had to arrive was acknowledged above it.
        }
    }
}
