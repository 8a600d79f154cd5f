package org.multifd.core.qemu;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;

/** Stands before a relay and changes what the connections carry to it. */
final class SpoilingProxy implements AutoCloseable {

    private static final byte SPOILT = (byte) 0xEE;

    private final ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final String to;
    private final IntFunction<Change> changes;
    private final CountDownLatch awaited;
    private final List<Socket> sockets = new ArrayList<>();

    /** What becomes of a connection's bytes, one after the other. */
    interface Change {
        byte of(long position, byte value);
    }

    /**
     * Changes main, which a QEMU connects first, from one byte on: the relay refuses it.
     *
     * @param from the first byte of main to change
     */
    SpoilingProxy(String to, long from) throws IOException {
        this(to, 1, connection -> (position, value) -> connection == 0 && position >= from ? SPOILT : value);
    }

    /**
     * Changes what each connection carries.
     *
     * @param awaited how many connections must be made before any carries something: a relay counts them at main's list
     * @param changes for each connection, from 0 in the order in which they are made
     */
    SpoilingProxy(String to, int awaited, IntFunction<Change> changes) throws IOException {
        this.to = to;
        this.awaited = new CountDownLatch(awaited);
        this.changes = changes;
        start(this::accept);
    }

    String address() {
        return "tcp:127.0.0.1:" + listener.getLocalPort();
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException | InterruptedException e) {
                return; // closed
            }
        }, "spoiling-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    /** Work on a socket. */
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void accept() throws IOException {
        for (int connection = 0;; connection++) {
            Socket near = keep(listener.accept());
            Socket far = keep(new Socket(InetAddress.getLoopbackAddress(),
                    Integer.parseInt(to.substring(to.lastIndexOf(':') + 1))));
            Change change = changes.apply(connection);
            awaited.countDown();
            start(() -> {
                awaited.await();
                copy(near, far, change);
            });
            start(() -> copy(far, near, (position, value) -> value));
        }
    }

    private synchronized Socket keep(Socket socket) {
        sockets.add(socket);
        return socket;
    }

    private static void copy(Socket in, Socket out, Change change) throws IOException {
        byte[] buffer = new byte[8192];
        long position = 0;
        InputStream input = in.getInputStream();
        OutputStream output = out.getOutputStream();
        try {
            for (int n; (n = input.read(buffer)) >= 0;) {
                for (int i = 0; i < n; i++) {
                    buffer[i] = change.of(position++, buffer[i]);
                }
                output.write(buffer, 0, n);
            }
            out.shutdownOutput();
        } catch (IOException e) {
            in.close();
            out.close();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        listener.close();
        for (Socket each : sockets) {
            each.close();
        }
    }
}
