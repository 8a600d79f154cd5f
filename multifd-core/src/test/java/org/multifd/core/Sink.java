package org.multifd.core;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.multifd.core.internal.transport.Threads;

/** A destination that takes connections and reads nothing, or closes them. */
final class Sink implements AutoCloseable {

    final ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    final List<Socket> sockets = new ArrayList<>();
    private final Thread thread = new Thread(this::accept, "sink");

    Sink() throws IOException {
        thread.start();
    }

    String address() {
        return "tcp:127.0.0.1:" + listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                synchronized (sockets) {
                    sockets.add(socket);
                    sockets.notifyAll();
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    Socket take(int index) throws InterruptedException {
        synchronized (sockets) {
            while (sockets.size() <= index) {
                sockets.wait();
            }
            return sockets.get(index);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        Threads.join(thread);
        for (Socket each : sockets) {
            each.close();
        }
    }
}
