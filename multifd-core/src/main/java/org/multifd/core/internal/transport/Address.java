package org.multifd.core.internal.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.multifd.core.internal.wire.Text;

/**
 * Where a migration goes or comes from, in QEMU's notation: {@code tcp:host:port}, {@code tcp:[::1]:port} or
 * {@code unix:/path}.
 *
 * @param text as given
 * @param host the TCP host, null for a UNIX socket
 * @param port the TCP port, 0 lets a listener pick one
 * @param path the UNIX socket's path, null for TCP
 */
public record Address(String text, String host, int port, String path) {

    private static final Pattern ZEROS = Pattern.compile("(^|:)0(:0)+(:|(?=%)|$)");

    /** @throws IllegalArgumentException with one line, if it is no address */
    public static Address parse(String text) {
        if (text.startsWith("unix:") && text.length() > "unix:".length()) {
            return new Address(text, null, 0, path(text, text.substring("unix:".length())));
        }
        if (!text.startsWith("tcp:")) {
            throw bad(text, "tcp:HOST:PORT or unix:PATH");
        }
        String rest = text.substring("tcp:".length());
        int colon = rest.lastIndexOf(':');
        if (colon < 0) {
            throw bad(text, "tcp:HOST:PORT");
        }
        String host = rest.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
            if (host.indexOf(':') < 0) {
                throw bad(text, "an IPv6 address in the brackets, tcp:[::1]:PORT");
            }
        } else if (host.indexOf(':') >= 0) {
            throw bad(text, "an IPv6 address in brackets, tcp:[::1]:PORT");
        }
        return new Address(text, host, port(text, rest.substring(colon + 1)), null);
    }

    /**
     * An address to connect to: no port can be picked there.
     *
     * @throws IllegalArgumentException with one line, if it is no such address
     */
    public static Address parseDestination(String text) {
        Address address = parse(text);
        if (address.path == null && address.port == 0) {
            throw bad(text, "a port of 1..65535, the one that the destination listens on");
        }
        return address;
    }

    private static int port(String text, String digits) {
        if (!digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int port = Integer.parseInt(digits);
            if (port <= 65535) {
                return port;
            }
        }
        throw bad(text, "a port of 0..65535");
    }

    private static String path(String text, String path) {
        try {
            return Path.of(path).toString();
        } catch (InvalidPathException e) {
            throw bad(text, "a path after unix:");
        }
    }

    private static IllegalArgumentException bad(String text, String expected) {
        return new IllegalArgumentException("address: received " + Text.quote(text) + ", expected " + expected);
    }

    /** Opens a socket that can be connected to this address. */
    SocketChannel open() throws IOException {
        return path == null ? SocketChannel.open() : SocketChannel.open(StandardProtocolFamily.UNIX);
    }

    /** Opens a socket that can be bound to this address. */
    ServerSocketChannel openServer() throws IOException {
        return path == null ? ServerSocketChannel.open() : ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    }

    /**
     * Resolves the host; an empty one is loopback, also for a listener: nobody is let in by what was left out.
     *
     * @param failing what a message about an unknown host begins with
     */
    SocketAddress resolve(String failing) throws IOException {
        if (path != null) {
            return UnixDomainSocketAddress.of(path);
        }
        try {
            return new InetSocketAddress(host.isEmpty() ? InetAddress.getLoopbackAddress()
                    : InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new IOException(failing + text + ": host " + host + " is unknown; check the name", e);
        }
    }

    /** Returns the address that a listener is bound to, with the port that was picked. */
    String bound(SocketAddress local) {
        boolean any = local instanceof InetSocketAddress inet && inet.getAddress().isAnyLocalAddress();
        return any ? text(host, ((InetSocketAddress) local).getPort()) : text(local);
    }

    /** Returns a socket's address in the same notation, in one line. */
    static String text(SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            return text(inet.getAddress().getHostAddress(), inet.getPort());
        }
        String path = ((UnixDomainSocketAddress) address).getPath().toString();
        return path.isEmpty() ? "unix:(unnamed)" : "unix:" + Text.oneLine(path);
    }

    /** Shortens an IPv6 address by its first zeros, which Java writes out. */
    private static String text(String host, int port) {
        return "tcp:" + (host.indexOf(':') >= 0 ? "[" + ZEROS.matcher(host).replaceFirst("::") + "]" : host) + ":"
                + port;
    }
}
