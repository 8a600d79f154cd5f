package org.multifd.core.qemu;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Stands before a relay and changes main, which a QEMU connects first, from one byte on: the relay refuses it. */
final class SpoilingProxy implements AutoCloseable {

    private static final byte SPOILT = (byte) 0xEE;

    private final ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final String to;
    private final long from;
    private final List<Socket> sockets = new ArrayList<>();

    /** @param from the first byte of main to change */
    SpoilingProxy(String to, long from) throws IOException {
        this.to = to;
        this.from = from;
        start(this::accept);
    }

    String address() {
        return "tcp:127.0.0.1:" + listener.getLocalPort();
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                return; // closed
            }
        }, "spoiling-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    /** Work on a socket. */
    private interface Work {
        void run() throws IOException;
    }

    private void accept() throws IOException {
        for (boolean main = true;; main = false) {
            Socket near = keep(listener.accept());
            Socket far = keep(new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(to.substring(to.lastIndexOf(':') + 1))));
            long spoiltFrom = main ? from : Long.MAX_VALUE;
            start(() -> copy(near, far, spoiltFrom));
            start(() -> copy(far, near, Long.MAX_VALUE));
        }
    }

    private synchronized Socket keep(Socket socket) {
        sockets.add(socket);
        return socket;
    }

    private static void copy(Socket in, Socket out, long spoiltFrom) throws IOException {
        byte[] buffer = new byte[8192];
        long position = 0;
        InputStream input = in.getInputStream();
        OutputStream output = out.getOutputStream();
        try {
            for (int n; (n = input.read(buffer)) >= 0;) {
                if (position + n > spoiltFrom) {
                    Arrays.fill(buffer, (int) Math.max(0, spoiltFrom - position), n, SPOILT);
                }
                output.write(buffer, 0, n);
                position += n;
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
