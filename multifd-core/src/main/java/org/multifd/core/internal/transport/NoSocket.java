package org.multifd.core.internal.transport;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;

/**
 * The part of a {@link java.net.Socket} that would own a descriptor, without one. Options are accepted and have no
 * effect: the channel has its own, and deadlines are kept by closing.
 */
final class NoSocket extends SocketImpl {

    private static final int NO_LINGER = -1;

    NoSocket() {
        address = InetAddress.getLoopbackAddress(); // for a log: a UNIX socket has none
    }

    @Override
    protected void create(boolean stream) {
        // there is nothing to create
    }

    @Override
    protected void connect(String host, int port) throws SocketException {
        throw unsupported();
    }

    @Override
    protected void connect(InetAddress address, int port) throws SocketException {
        throw unsupported();
    }

    @Override
    protected void connect(SocketAddress address, int timeout) throws SocketException {
        throw unsupported();
    }

    @Override
    protected void bind(InetAddress host, int port) throws SocketException {
        throw unsupported();
    }

    @Override
    protected void listen(int backlog) throws SocketException {
        throw unsupported();
    }

    @Override
    protected void accept(SocketImpl socket) throws SocketException {
        throw unsupported();
    }

    @Override
    protected InputStream getInputStream() throws SocketException {
        throw unsupported();
    }

    @Override
    protected OutputStream getOutputStream() throws SocketException {
        throw unsupported();
    }

    @Override
    protected int available() {
        return 0;
    }

    @Override
    protected void close() {
        // the channel is its connection's to close
    }

    @Override
    protected void sendUrgentData(int data) throws SocketException {
        throw unsupported();
    }

    @Override
    public void setOption(int option, Object value) {
        // without effect
    }

    @Override
    public Object getOption(int option) throws SocketException {
        return switch (option) {
            case SO_TIMEOUT -> 0;
            case SO_LINGER -> NO_LINGER;
            default -> throw unsupported();
        };
    }

    private static SocketException unsupported() {
        return new SocketException("a channel's TLS needs no more than its streams");
    }
}
