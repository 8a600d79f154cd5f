package org.multifd.core.internal.transport;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.multifd.core.internal.wire.Text;

/**
 * A connection's TLS: the JDK's own TLS socket over the channel. It knows renewed keys, tickets and half-closed
 * streams, and lets one thread read while another writes; what it takes is a copy through an array each way.
 *
 * <p>The JDK renews the keys after 128 GiB, on the thread that reads or the one that writes, and does not expect both
 * to come to it at once: the connection then fails. A channel is only read or only written, and main never has as much.
 */
final class TlsLayer implements TransportLayer {

    /** Four records: the most that is handed to the TLS socket at once. */
    private static final int CHUNK = 4 * 16 * 1024;

    /** How long a peer that has stopped to read may hold up an end, or keep back the reason of its close. */
    private static final int GRACE_MILLIS = 500;

    private static final int REST_BUFFER = 4 * 1024;
    private static final int ALERT = 0x15;
    private static final Pattern FATAL_ALERT = Pattern.compile("fatal alert: (\\w+)");

    private final Tls tls;
    private final PlainLayer below;
    private final ChannelSocket socket;
    private final SSLSocket ssl;
    private final TlsInput in;
    private final OutputStream out;
    private final byte[] reading = new byte[CHUNK];
    private final byte[] writing = new byte[CHUNK];
    private final ReentrantLock readLock = new ReentrantLock();
    private final ReentrantLock writeLock = new ReentrantLock();
    private volatile TlsException refusal;
    /** The peer has said something through TLS. */
    private volatile boolean spoken;
    /** The stream ended without TLS's word that it does. */
    private volatile boolean cutOff;
    /**
     * A QEMU that does not accept this side's certificate closes after the handshake and says nothing, but does so
     * before it goes on with another one: a first connection that is gone by the time of the second was refused.
     */
    private volatile boolean doubtful;

    TlsLayer(Tls tls, PlainLayer below) throws IOException {
        this.tls = tls;
        this.below = below;
        this.socket = new ChannelSocket(below);
        this.ssl = tls.over(socket, tls.server() ? socket.getInputStream().first() : null);
        this.in = new TlsInput(ssl.getInputStream(), socket.getInputStream());
        this.out = ssl.getOutputStream();
        this.doubtful = !tls.server();
    }

    void handshake() throws IOException {
        try {
            ssl.startHandshake();
            socket.getInputStream().seal();
        } catch (IOException e) {
            if (!below.isOpen()) {
                throw socketError(e);
            }
            throw handshakeFailed(e);
        }
    }

    private IOException socketError(IOException e) {
        IOException read = socket.getInputStream().error();
        IOException written = socket.getOutputStream().error();
        return read != null ? read : written != null ? written : e;
    }

    private TlsException handshakeFailed(IOException e) {
        TlsException known = known(e);
        if (known != null) {
            return known;
        }
        if (tls.server() && String.valueOf(e.getMessage()).contains("client certificate chain")) {
            return new TlsException("received no certificate, expected one signed by " + tls.authorities()
                    + "; a peer that has one of another CA shows none", e);
        }
        if (String.valueOf(e.getMessage()).contains("cipher suites in common")) {
            return new TlsException("received no cipher suite that is accepted, expected TLS 1.3, or TLS 1.2 with ECDHE"
                    + " and GCM or ChaCha20-Poly1305; see the peer's TLS settings", e);
        }
        int magic = socket.getInputStream().magic();
        int type = magic >>> 24;
        if (magic != 0 && type != ALERT && type != ClientHello.HANDSHAKE) {
            return new TlsException(String.format("received 0x%08x, a connection without TLS, expected TLS; give %s",
                    magic, tls.server() ? "the source tls-creds" : "tls-creds to both sides or none"), e);
        }
        if (socket.getInputStream().ended() || socketError(null) != null) {
            return new TlsException("the peer closed the connection during the handshake; "
                    + (tls.server() ? "see its own message" : "does it use TLS? See its own message"), e);
        }
        return unknown(e);
    }

    private static TlsException unknown(IOException e) {
        return new TlsException(Text.oneLine(String.valueOf(e.getMessage())), e);
    }

    /** A certificate of the peer's that this side refuses, or what the peer says in an alert; null if it is neither. */
    private TlsException known(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return new TlsException(cause.getMessage(), e);
            }
        }
        Matcher alert = FATAL_ALERT.matcher(String.valueOf(e.getMessage()));
        if (!alert.find()) {
            return null;
        }
        String name = alert.group(1);
        boolean certificate = name.contains("certificate") || name.equals("unknown_ca") || name.equals("access_denied");
        return new TlsException("received the alert " + name
                + (certificate ? ": the peer did not accept " + tls.own() : "") + "; see its own message", e);
    }

    /** See {@link Connection#identity}. */
    String identity() {
        X509Certificate shown = certificate();
        return shown == null ? null : Identity.of(shown);
    }

    /** Returns the key that the peer has shown to hold, encoded; null if it had to show nothing. */
    byte[] peerKey() {
        X509Certificate shown = certificate();
        return shown == null ? null : shown.getPublicKey().getEncoded();
    }

    private X509Certificate certificate() {
        try {
            return (X509Certificate) ssl.getSession().getPeerCertificates()[0];
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    /** See {@link Connection#refusedInSilence}. */
    boolean refusedInSilence() {
        return cutOff && !spoken;
    }

    /** See {@link Connection#accepted}. */
    void accepted() {
        doubtful = false;
    }

    /** What a connection that is gone all at once means. */
    private IOException gone(IOException e) {
        return !doubtful || spoken || !below.isOpen() ? e
                : new TlsException("the peer closed right after the handshake,"
                + " without a word: it may not accept " + tls.own() + "; see its own message", e);
    }

    /** See {@link Connection#cutOff}. */
    boolean cutOff() {
        return cutOff;
    }

    @Override
    public boolean isQuiet(int millis) {
        readLock.lock();
        try {
            return in.isQuiet(millis);
        } finally {
            readLock.unlock();
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (!into.hasRemaining()) {
            return 0;
        }
        readLock.lock();
        try {
            int n;
            if (into.hasArray()) {
                n = in.read(into.array(), into.arrayOffset() + into.position(), into.remaining());
                into.position(into.position() + Math.max(n, 0));
            } else {
                n = in.read(reading, 0, Math.min(reading.length, into.remaining()));
                into.put(reading, 0, Math.max(n, 0));
            }
            spoken |= n > 0;
            if (n < 0 && socket.getInputStream().ended()) {
                cutOff = true;
                if (gone(null) != null) {
                    throw gone(null);
                }
            }
            return n;
        } catch (IOException e) {
            throw readFailed(e);
        } finally {
            readLock.unlock();
        }
    }

    private IOException readFailed(IOException e) {
        IOException socketSaid = socket.getInputStream().error();
        IOException reason = e;
        if (socketSaid != null) {
            reason = gone(socketSaid);
        } else if (e instanceof SSLException && below.isOpen()) {
            TlsException known = known(e);
            reason = known == null ? unknown(e) : known;
        }
        if (reason instanceof TlsException refused) {
            refusal = refused;
        }
        return reason;
    }

    @Override
    public void write(ByteBuffer[] from, int first, int count) throws IOException {
        writeLock.lock();
        try {
            ChannelSocket.Output records = socket.getOutputStream();
            records.collect();
            int filled = 0;
            for (int i = first; i < first + count; i++) {
                while (from[i].hasRemaining()) {
                    int n = Math.min(from[i].remaining(), CHUNK - filled);
                    from[i].get(writing, filled, n);
                    filled += n;
                    if (filled == CHUNK) {
                        out.write(writing, 0, filled);
                        filled = 0;
                    }
                }
            }
            if (filled > 0) {
                out.write(writing, 0, filled);
            }
            records.release();
            if (records.error() != null) {
                throw records.error();
            }
        } catch (IOException e) {
            throw writeFailed(e);
        } finally {
            writeLock.unlock();
        }
    }

    /** Why a peer closes, it says in an alert, which whoever reads has got, or is still to be read. */
    private IOException writeFailed(IOException e) {
        if (refusal != null || !below.isOpen()) {
            return refusal == null ? socketError(e) : refusal;
        }
        boolean alone = false;
        Timer deadline = Timer.after(GRACE_MILLIS, below::close);
        try {
            alone = readLock.tryLock(GRACE_MILLIS, TimeUnit.MILLISECONDS);
            if (alone && refusal == null && in.read(reading) >= 0) {
                return e; // not an end
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        } catch (IOException reason) {
            IOException explained = readFailed(reason);
            return explained instanceof TlsException ? explained : gone(e);
        } finally {
            deadline.close();
            if (alone) {
                readLock.unlock();
            }
        }
        return refusal == null ? gone(e) : refusal;
    }

    /** Says that no more will be written, unless somebody still writes: what the peer has got is not complete then. */
    @Override
    public void shutdownOutput() throws IOException {
        if (writeLock.tryLock()) {
            Timer deadline = Timer.after(GRACE_MILLIS, below::close);
            try {
                ssl.shutdownOutput();
            } finally {
                deadline.close();
                writeLock.unlock();
            }
        }
        below.shutdownOutput();
    }

    /** Says that a confirmed migration ends here. {@code onMain} TLS is not told. */
    void sayEnd(boolean onMain) {
        try {
            if (onMain) {
                below.shutdownOutput();
            } else {
                shutdownOutput();
            }
        } catch (IOException e) {
            below.close(); // gone already
        }
    }

    /** Waits until the peer has closed, too. */
    void awaitEnd() {
        ByteBuffer rest = ByteBuffer.allocate(REST_BUFFER);
        try {
            while (below.read(rest.clear()) >= 0) {
                continue;
            }
        } catch (IOException e) {
            below.close(); // gone, or the time is over
        }
    }
}
