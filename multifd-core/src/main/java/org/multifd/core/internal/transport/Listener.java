package org.multifd.core.internal.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.multifd.core.internal.wire.Text;

/** A listening socket. One thread accepts; closing it from any thread ends a waiting {@link #accept}. */
public final class Listener implements AutoCloseable {

    private final ServerSocketChannel server;
    private final Selector selector;
    private final Address address;
    private final String bound;
    /** What tells this listener's socket file from another one at its path; null for TCP. */
    private final List<Object> file;
    private long emptyLooks;

    private Listener(ServerSocketChannel server, Address address) throws IOException {
        this.server = server;
        this.address = address;
        this.bound = address.bound(server.getLocalAddress());
        this.file = file();
        this.selector = Selector.open();
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
    }

    /** Listens; a port in use or a wrong host is an IOException of one line. */
    public static Listener open(Address address, int backlog) throws IOException {
        SocketAddress local = address.resolve("cannot listen on ");
        ServerSocketChannel server = address.openServer();
        try {
            if (local instanceof InetSocketAddress) {
                server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            }
            server.bind(local, backlog);
            return new Listener(server, address);
        } catch (UnsupportedAddressTypeException e) {
            server.close();
            throw new IOException("cannot listen on " + address.text() + ": this host has no IPv6; give an IPv4 address"
                    + " of it", e);
        } catch (BindException e) {
            server.close();
            throw new IOException("cannot listen on " + address.text() + ": " + Text.reason(e) + "; "
                    + remedy(local), e);
        } catch (IOException e) {
            server.close();
            String remedy = address.path() == null ? "" : "; choose a short path in a directory that is there";
            throw new IOException("cannot listen on " + address.text() + ": " + Text.reason(e) + remedy, e);
        }
    }

    private List<Object> file() throws IOException {
        if (address.path() == null) {
            return null;
        }
        BasicFileAttributes attributes = Files.readAttributes(Path.of(address.path()), BasicFileAttributes.class,
                LinkOption.NOFOLLOW_LINKS);
        return Arrays.asList(attributes.fileKey(), attributes.lastModifiedTime());
    }

    private static String remedy(SocketAddress local) throws IOException {
        if (!(local instanceof InetSocketAddress inet)) {
            return "remove the socket if nobody listens there any more, or choose another path";
        }
        boolean ours = inet.getAddress().isAnyLocalAddress() || NetworkInterface.getByInetAddress(inet.getAddress())
                != null;
        return ours ? "choose another port, or port 0 for a free one" : "choose an address of this machine";
    }

    /** The address really bound, with the port that was picked. */
    public String bound() {
        return bound;
    }

    /** The next connection, which is waited for without limit. */
    public Connection accept() throws IOException {
        Connection connection;
        do {
            connection = accept(0);
        } while (connection == null);
        return connection;
    }

    /**
     * The next connection; null if none comes within that time, 0 for no limit, or sooner if somebody asks for a look.
     */
    public Connection accept(int millis) throws IOException {
        Connection connection = next();
        if (connection == null) {
            synchronized (this) {
                emptyLooks++;
                notifyAll();
            }
            try {
                selector.select(millis);
                selector.selectedKeys().clear();
            } catch (ClosedSelectorException e) {
                throw new AsynchronousCloseException();
            }
            connection = next();
        }
        return connection;
    }

    private Connection next() throws IOException {
        for (SocketChannel accepted; (accepted = server.accept()) != null;) {
            try {
                return new Connection(accepted);
            } catch (IOException e) {
                accepted.close(); // gone already
            }
        }
        return null;
    }

    /**
     * Waits until {@link #accept}, called again and again on another thread, has given out every connection that had
     * come before; at most for that time, if accepting fails meanwhile.
     */
    public synchronized void awaitTaken(int millis) throws IOException {
        long enough = emptyLooks + 2; // one may have begun before
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            for (long left; emptyLooks < enough && server.isOpen()
                    && (left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) > 0;) {
                selector.wakeup();
                Threads.await(this, left, "interrupted while connections were taken");
            }
        } catch (ClosedSelectorException e) {
            throw new AsynchronousCloseException();
        }
    }

    @Override
    public void close() {
        try {
            if (server.isOpen()) {
                server.close();
                selector.close();
                synchronized (this) {
                    notifyAll();
                }
                if (file != null && file.equals(file())) { // another program may have put its own there meanwhile
                    Files.delete(Path.of(address.path()));
                }
            }
        } catch (IOException e) {
            // A socket file that cannot be removed disturbs nobody until the path is used again, and bind says so
            // then.
        }
    }
}
