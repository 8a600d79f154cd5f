package org.multifd.core.fault;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.multifd.core.internal.transport.Threads;

/** Stands between a source and a destination on loopback TCP and lets a fault happen to one of their connections. */
final class FaultProxy implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    private final int destinationPort;
    private final Fault fault;
    private final List<Socket> sockets = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean struck;
    private boolean closed;

    /** @param fault null for none */
    FaultProxy(String destination, Fault fault) throws IOException {
        this.destinationPort = port(destination);
        this.fault = fault;
        start(this::accept);
    }

    static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    String address() {
        return "tcp:127.0.0.1:" + listener.getLocalPort();
    }

    /** Whether a stream came as far as the fault, so that bytes were changed or did not come. */
    boolean struck() {
        return struck;
    }

    private synchronized void start(Runnable work) {
        Thread thread = new Thread(work, "fault-proxy");
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private synchronized boolean keep(Socket socket) throws IOException {
        if (closed) {
            socket.close();
        }
        sockets.add(socket);
        return !closed;
    }

    private void accept() {
        try {
            for (int connection = 0;; connection++) {
                Socket source = listener.accept();
                if (!keep(source)) {
                    return;
                }
                connect(source, connection);
            }
        } catch (IOException e) {
            // closed: the case has ended
        }
    }

    private void connect(Socket source, int connection) throws IOException {
        try {
            Socket destination = new Socket(InetAddress.getLoopbackAddress(), destinationPort);
            if (keep(destination)) {
                boolean concerned = fault != null && fault.connection() == connection;
                start(() -> pump(source, destination, concerned && !fault.back() ? fault : null));
                start(() -> pump(destination, source, concerned && fault.back() ? fault : null));
            }
        } catch (IOException e) {
            source.close(); // nobody listens there any more
        }
    }

    private void pump(Socket from, Socket to, Fault here) {
        byte[] buffer = new byte[32 * 1024];
        try {
            Injector injector = new Injector(here, to);
            InputStream in = from.getInputStream();
            for (int n; (n = in.read(buffer)) >= 0;) {
                injector.write(buffer, n);
                struck |= here != null && injector.struck();
            }
            injector.end();
            struck |= here != null && injector.struck();
        } catch (IOException e) {
            reset(from);
            reset(to);
        }
    }

    /** What one side sees of the other's sudden end. */
    private static void reset(Socket socket) {
        try {
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        } catch (IOException e) {
            // it is gone
        }
    }

    @Override
    public void close() throws IOException {
        List<Thread> running;
        synchronized (this) {
            closed = true;
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
            running = List.copyOf(threads);
        }
        running.forEach(Threads::join);
        synchronized (this) {
            running = List.copyOf(threads);
        }
        running.forEach(Threads::join);
    }
}
