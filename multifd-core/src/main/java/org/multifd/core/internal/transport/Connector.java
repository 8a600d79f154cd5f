package org.multifd.core.internal.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.function.Consumer;
import org.multifd.core.internal.wire.Text;

/**
 * Makes all connections of one migration to its destination, the same way: within the timeout, and with TLS if that is
 * wanted, where whoever answers must be the same each time.
 */
public final class Connector {

    /** What may be the reason why nobody can be connected to. */
    public static final String ABSENT = "; is the destination waiting there?";

    private final Address to;
    private final int timeoutMillis;
    private final Tls tls;
    private Connection first;

    /** A part of connecting that may block. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    /** A connection that can be ended from any thread until it has been made. */
    private static final class Attempt {

        private SocketChannel channel;

        Attempt(SocketChannel channel) {
            this.channel = channel;
        }

        synchronized void succeeded() {
            channel = null;
        }

        synchronized void end() {
            if (channel != null) {
                PlainLayer.close(channel);
            }
        }
    }

    /** @param tls null for plain connections */
    public Connector(Address to, int timeoutMillis, Tls tls) {
        this.to = to;
        this.timeoutMillis = timeoutMillis;
        this.tls = tls;
    }

    /** The same for another migration, which may be answered by somebody else. */
    public Connector again() {
        return new Connector(to, timeoutMillis, tls);
    }

    public Connection connect() throws IOException {
        return connect(end -> { });
    }

    /**
     * Connects; an absent peer, a wrong name or silence for the timeout is an IOException of one line.
     *
     * @param ending gets what ends the attempt from any thread, and does nothing once it has succeeded
     */
    public Connection connect(Consumer<Runnable> ending) throws IOException {
        SocketAddress address = to.resolve("cannot connect to ");
        SocketChannel channel = to.open();
        Attempt attempt = new Attempt(channel);
        try {
            ending.accept(attempt::end);
            Connection connection = connect(channel, address);
            if (tls != null) {
                secure(channel, connection);
            }
            attempt.succeeded();
            return connection;
        } catch (IOException | RuntimeException | Error e) {
            PlainLayer.close(channel);
            throw e;
        }
    }

    private Connection connect(SocketChannel channel, SocketAddress address) throws IOException {
        try {
            inTime(channel, () -> channel.connect(address), "nobody accepted within " + timeoutMillis + " ms");
            return new Connection(channel);
        } catch (UnsupportedAddressTypeException e) {
            throw new IOException("cannot connect to " + to.text() + ": this host has no IPv6; give an IPv4 address of"
                    + " the destination", e);
        } catch (IOException e) {
            throw new IOException("cannot connect to " + to.text() + ": " + Text.reason(e) + ABSENT, e);
        }
    }

    private void secure(SocketChannel channel, Connection connection) throws IOException {
        try {
            inTime(channel, () -> connection.secure(tls), "the handshake was not over within " + timeoutMillis
                    + " ms; does the peer use TLS?");
            check(connection);
        } catch (SocketTimeoutException | TlsException e) {
            throw new TlsException("cannot connect to " + to.text() + " with TLS: " + e.getMessage(), e);
        }
    }

    /** Closes what does not come to the step's end within the timeout, also where it comes there at that moment. */
    private void inTime(SocketChannel channel, Step step, String late) throws IOException {
        Timer deadline = Timer.after(timeoutMillis, () -> PlainLayer.close(channel));
        try {
            step.run();
        } catch (ClosedChannelException e) {
            if (!deadline.expired()) {
                throw e;
            }
        } finally {
            deadline.close();
        }
        if (deadline.expired()) {
            throw new SocketTimeoutException(late);
        }
    }

    private synchronized void check(Connection connection) throws TlsException {
        if (first == null) {
            first = connection;
        } else {
            connection.checkIsOfSamePeer(first);
            first.accepted();
            connection.accepted();
        }
    }
}
