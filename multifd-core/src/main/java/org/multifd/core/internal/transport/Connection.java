package org.multifd.core.internal.transport;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * One connected socket, plain or with TLS. One thread reads and one writes at a time; any thread may close, which ends
 * both with an exception. Counts the bytes that really crossed.
 */
public final class Connection implements ByteSource, AutoCloseable {

    /** How long a peer that has confirmed all may take to close. */
    private static final int END_MILLIS = 1000;

    private final PlainLayer plain;
    private final String peer;
    private volatile TransportLayer layer;
    /** The layer, if it is TLS; null without. */
    private volatile TlsLayer tls;
    private volatile Lookahead ahead;

    Connection(SocketChannel channel) throws IOException {
        plain = new PlainLayer(channel);
        layer = plain;
        SocketAddress remote = channel.getRemoteAddress();
        if (remote instanceof InetSocketAddress) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        this.peer = Address.text(remote);
    }

    /**
     * Goes on with TLS: the handshake, with all that is to be checked of the peer. Before the first byte, and within
     * the time that the caller grants by closing.
     *
     * @throws TlsException with one line, if there is no TLS between these two
     */
    public void secure(Tls with) throws IOException {
        TlsLayer secured = new TlsLayer(with, plain);
        secured.handshake();
        tls = secured;
        layer = secured;
    }

    /** Who the peer has shown to be, a distinguished name; null without TLS, or if it need not show it. */
    public String identity() {
        return tls == null ? null : tls.identity();
    }

    /** Whether both show the same identity: by its key, as names can be alike. Without TLS they do. */
    public boolean isOfSamePeer(Connection other) {
        return Arrays.equals(peerKey(), other.peerKey());
    }

    private byte[] peerKey() {
        return tls == null ? null : tls.peerKey();
    }

    /** All of a migration's connections are one peer's. */
    public void checkIsOfSamePeer(Connection first) throws TlsException {
        if (!isOfSamePeer(first)) {
            String shown = identity();
            throw new TlsException("received a certificate of " + shown
                    + (Objects.equals(shown, first.identity()) ? " with another key" : "")
                    + ", expected one of " + first.identity() + " as on the first connection of this migration");
        }
    }

    /**
     * Whether the stream ended without TLS's word that it does. A multifd peer always says it; a QEMU does not as a
     * rule (wire-format 8).
     */
    public boolean cutOff() {
        return tls != null && tls.cutOff();
    }

    /**
     * Whether the peer closed after the handshake without a word, as a QEMU does that does not want this certificate.
     */
    public boolean refusedInSilence() {
        return tls != null && tls.refusedInSilence();
    }

    /** The peer has gone on since: whatever ends this connection, it was not this side's certificate. */
    void accepted() {
        tls.accepted();
    }

    /** The other end's address, for messages. */
    public String peer() {
        return peer;
    }

    public long bytesRead() {
        return plain.bytesRead();
    }

    public long bytesWritten() {
        return plain.bytesWritten();
    }

    /** Lets a thread of its own see up to that many bytes before the reader comes: while nobody reads. */
    public Lookahead lookAhead(int most) {
        Lookahead look = new Lookahead(this, most);
        ahead = look;
        return look;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        Lookahead look = ahead;
        if (look != null && into.hasRemaining()) {
            int n = look.take(into);
            if (n > 0) {
                return n;
            }
            ahead = null;
        }
        return layer.read(into);
    }

    /** Reads what nobody has looked at. */
    int readOn(ByteBuffer into) throws IOException {
        return layer.read(into);
    }

    /** Whether neither bytes nor the end of the stream come within this time. For the thread that reads. */
    @Override
    public boolean isQuiet(int millis) throws IOException {
        Lookahead look = ahead;
        Boolean quiet = look == null ? null : look.isQuiet(millis);
        return quiet == null ? layer.isQuiet(millis) : quiet;
    }

    /**
     * Fills the buffer to its limit. {@code what} is being read, for the message when the peer stops in it; what the
     * buffer has already is part of it.
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
        long wanted = TransportLayer.remaining(into, first, count);
        long done = 0;
        while (done < wanted) {
            long n = ahead == null ? layer.read(into, first, count) : read(TransportLayer.unfilled(into, first));
            if (n < 0) {
                throw truncated(done, wanted, what);
            }
            done += n;
        }
    }

    private EOFException truncated(long received, long wanted, String what) {
        return new EOFException("connection "
                + (cutOff() ? "cut off, without TLS's close_notify" : "closed by the peer")
                + ": received " + received + " bytes of " + what + ", expected " + wanted);
    }

    /** Writes the buffer up to its limit. */
    public void writeFully(ByteBuffer from) throws IOException {
        layer.write(from);
    }

    /** Writes {@code count} buffers from index {@code first} on, in gathering writes. */
    public void writeFully(ByteBuffer[] from, int first, int count) throws IOException {
        layer.write(from, first, count);
    }

    /**
     * Explains why a write failed where the peer has nothing to say: by what it said all the same. It is no destination
     * then, but a web server, say.
     *
     * @param error of the write, after which a read does not wait
     */
    public IOException answered(IOException error) {
        return tls != null ? error : plain.answered(error, peer);
    }

    /** Writes bytes of a file that do not pass through this process; what is in it when they leave is what is sent. */
    public void transferFully(FileChannel from, long position, long count) throws IOException {
        plain.transfer(from, position, count);
    }

    /** Tells the peer that no more will be written; reading goes on. */
    public void shutdownOutput() throws IOException {
        layer.shutdownOutput();
    }

    /**
     * As {@link #shutdownOutput}, without a word of TLS's: so QEMU ends main, and what it does not expect it leaves
     * unread, so that its own close turns into a reset. What ends on main its stream tells.
     */
    public void shutdownMain() throws IOException {
        plain.shutdownOutput();
    }

    /**
     * Ends a migration's connections when the destination has confirmed it: with TLS the channels say so (wire-format
     * 8), then all wait a moment until the peer closes. A close at once would meet what TLS may still bring, a ticket
     * or renewed keys, and turn into a reset, which a QEMU that serves takes for an error. Without TLS nothing is to be
     * done before {@link #close}.
     */
    public static void finish(Connection main, List<Connection> channels) {
        if (main.tls == null) {
            return;
        }
        List<Connection> all = new ArrayList<>(channels);
        all.add(main);
        Timer deadline = Timer.after(END_MILLIS, () -> all.forEach(Connection::close));
        try {
            all.forEach(each -> each.tls.sayEnd(each == main));
            all.forEach(each -> each.tls.awaitEnd());
        } finally {
            deadline.close();
        }
    }

    /** Closes without a word; a second call does nothing. Whoever is blocked on it gets an exception. */
    @Override
    public void close() {
        plain.close();
    }
}
