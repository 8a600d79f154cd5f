package org.multifd.core.capture;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.multifd.core.Eventually;
import org.multifd.core.fault.Fault;
import org.multifd.core.fault.Injector;

/**
 * A source that sends what was recorded: connects once for each connection, in their order, and writes each on a thread of
 * its own; behind the last byte it ends its direction and waits for the destination to close.
 */
public final class Replayer {

    /**
     * One connection's bytes.
     *
     * @param ends whether it is ended behind its last byte, or stays open and silent
     * @param fault what happens to its bytes on their way, or null
     */
    public record Connection(byte[] bytes, boolean ends, Fault fault) {

        public Connection(byte[] bytes, boolean ends) {
            this(bytes, ends, null);
        }
    }

    private final List<Thread> threads = new ArrayList<>();
    private final List<String> leftOpen = new ArrayList<>();

    /** @param waits whether nothing is written before all are connected, as QEMU does */
    public Replayer(String address, List<Connection> connections, boolean waits) throws IOException {
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        InetSocketAddress to = new InetSocketAddress("127.0.0.1", port);
        for (Connection connection : connections) {
            Socket socket = new Socket();
            socket.connect(to);
            socket.setSoTimeout(Eventually.PATIENT_MILLIS);
            Thread thread = new Thread(() -> play(connection, socket), "replay-" + threads.size());
            threads.add(thread);
            if (!waits) {
                thread.start();
            }
        }
        if (waits) {
            threads.forEach(Thread::start);
        }
    }

    private void play(Connection connection, Socket socket) {
        try (socket) {
            Injector injector = new Injector(connection.fault(), socket);
            injector.write(connection.bytes(), connection.bytes().length);
            if (connection.ends()) {
                injector.end();
            }
            while (socket.getInputStream().read() >= 0) {
                continue;
            }
        } catch (SocketTimeoutException e) {
            synchronized (leftOpen) {
                leftOpen.add(Thread.currentThread().getName());
            }
        } catch (IOException e) {
            // The destination closed with bytes unread: that is a close, too.
        }
    }

    /** Waits until the destination has closed every connection; the names of those that it left open. */
    public List<String> awaitClosed() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
        return leftOpen;
    }
}
