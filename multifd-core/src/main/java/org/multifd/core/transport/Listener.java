package org.multifd.core.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A listening socket. Closing it from any thread ends a waiting {@link #accept}. */
public final class Listener implements AutoCloseable {

    private final ServerSocketChannel server;
    private final Address address;
    private final String bound;

    private Listener(ServerSocketChannel server, Address address) throws IOException {
        this.server = server;
        this.address = address;
        this.bound = Connection.text(server.getLocalAddress());
    }

    /** Listens; a port in use or a wrong host is an IOException of one line. */
    public static Listener open(Address address, int backlog) throws IOException {
        ServerSocketChannel server =
                address.family() == null ? ServerSocketChannel.open() : ServerSocketChannel.open(address.family());
        try {
            SocketAddress local = address.resolve(true);
            if (local instanceof InetSocketAddress) {
                server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            }
            server.bind(local, backlog);
            return new Listener(server, address);
        } catch (BindException e) {
            server.close();
            throw new IOException("cannot listen on " + address.text() + ": " + Connection.reason(e)
                    + (address.path() != null ? "; remove the socket or choose another path"
                            : "; choose another port, or port 0 for a free one"), e);
        } catch (IOException e) {
            server.close();
            throw new IOException("cannot listen on " + address.text() + ": " + Connection.reason(e), e);
        }
    }

    /** The address really bound, with the port that was picked. */
    public String bound() {
        return bound;
    }

    public Connection accept() throws IOException {
        return new Connection(server.accept());
    }

    @Override
    public void close() {
        try {
            if (server.isOpen()) {
                server.close();
                if (address.path() != null) {
                    Files.deleteIfExists(Path.of(address.path()));
                }
            }
        } catch (IOException e) {
            // A socket file that cannot be removed is in nobody's way until the path is used again, and bind says so then.
        }
    }
}
