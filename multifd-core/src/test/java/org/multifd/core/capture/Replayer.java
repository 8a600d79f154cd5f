package org.multifd.core.capture;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.multifd.core.Eventually;
import org.multifd.core.fault.Fault;
import org.multifd.core.fault.Injector;

/**
 * A source that sends what was recorded: connects once for each connection, in their order, and writes each on a thread
 * of its own; behind the last byte it ends its direction and waits for the destination to close. If the recording opens
 * a return path, no connection is ended before the destination has sent SHUT or has closed main, as a source does.
 * After a fault that may leave the destination waiting for bytes, that is waited for only a moment.
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

    /** COMMAND 1 without a body (wire-format 5). */
    private static final String OPEN_RETURN_PATH = "\b\0\1\0\0";
    private static final int BEGINNING = 1024;
    private static final int MOMENT_MILLIS = 1000;
    private static final int SHUT = 1;

    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch told = new CountDownLatch(1);
    private final boolean patient;
    private final List<String> leftOpen = new ArrayList<>();

    /** @param waits whether nothing is written before all are connected, as QEMU does */
    public Replayer(String address, List<Connection> connections, boolean waits) throws IOException {
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        InetSocketAddress to = new InetSocketAddress("127.0.0.1", port);
        patient = connections.stream().allMatch(each -> each.fault() == null || each.fault().kind().harmless());
        if (connections.stream().noneMatch(each -> isMain(each) && opensReturnPath(each))) {
            told.countDown();
        }
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

    private static boolean isMain(Connection connection) {
        return beginning(connection).startsWith("QEVM");
    }

    private static boolean opensReturnPath(Connection main) {
        return beginning(main).contains(OPEN_RETURN_PATH);
    }

    private static String beginning(Connection connection) {
        return new String(connection.bytes(), 0, Math.min(BEGINNING, connection.bytes().length),
                StandardCharsets.ISO_8859_1);
    }

    private void play(Connection connection, Socket socket) {
        boolean main = isMain(connection);
        try (socket) {
            Injector injector = new Injector(connection.fault(), socket);
            injector.write(connection.bytes(), connection.bytes().length);
            if (connection.ends() && !main) {
                awaitTold();
                injector.end();
            }
            if (main) {
                Thread reader = new Thread(() -> listen(socket), Thread.currentThread().getName() + "-answers");
                reader.setDaemon(true);
                reader.start();
                if (connection.ends()) {
                    awaitTold();
                    injector.end();
                }
                join(reader);
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

    private void awaitTold() {
        try {
            told.await(patient ? Eventually.PATIENT_MILLIS : MOMENT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void join(Thread reader) {
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads the return path up to SHUT, or the end. */
    private void listen(Socket main) {
        try {
            DataInputStream in = new DataInputStream(main.getInputStream());
            for (int type = 0; type != SHUT;) {
                type = in.readUnsignedShort();
                in.readFully(new byte[in.readUnsignedShort()]);
            }
        } catch (SocketTimeoutException e) {
            synchronized (leftOpen) {
                leftOpen.add(Thread.currentThread().getName());
            }
        } catch (IOException e) {
            // It has closed: that is an answer, too.
        } finally {
            told.countDown();
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
