package org.multifd.core.internal.transport;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;

/**
 * Makes all connections of one migration to its destination, the same way: within the timeout, and with TLS if that is
 * wanted, where whoever answers must be the same each time.
 */
public final class Connector {

    private final Address to;
    private final int timeoutMillis;
    private final Tls tls;
    private Connection first;

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

    /** @param ending gets what ends the attempt from any thread, and does nothing once it has succeeded */
    public Connection connect(Consumer<Runnable> ending) throws IOException {
        Connection connection = Connection.connect(to, timeoutMillis, ending);
        if (tls != null) {
            Attempt attempt = new Attempt(connection::close);
            try {
                ending.accept(attempt::end);
                secure(connection);
                attempt.succeeded();
            } catch (IOException e) {
                connection.close();
                throw e;
            }
        }
        return connection;
    }

    private void secure(Connection connection) throws IOException {
        try (Timer deadline = Timer.after(timeoutMillis, connection::close)) {
            try {
                connection.secure(tls);
            } catch (ClosedChannelException e) {
                throw deadline.expired() ? failed("the handshake was not over within " + timeoutMillis
                        + " ms; does the peer use TLS?", e) : e;
            } catch (TlsException e) {
                throw failed(e.getMessage(), e);
            }
        }
        check(connection);
    }

    private synchronized void check(Connection connection) throws TlsException {
        if (first == null) {
            first = connection;
            return;
        }
        try {
            connection.checkIsOfSamePeer(first);
        } catch (TlsException e) {
            throw failed(e.getMessage(), e);
        }
        first.accepted();
    }

    private TlsException failed(String message, IOException cause) {
        return new TlsException("cannot connect to " + to.text() + " with TLS: " + message, cause);
    }
}
