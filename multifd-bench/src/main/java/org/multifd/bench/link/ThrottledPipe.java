package org.multifd.bench.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A link on loopback: all connections through it share its speed, in each direction. Buffers little. */
public final class ThrottledPipe implements AutoCloseable {

    private static final int CHUNK = 16 * 1024;
    private static final int BUFFER = 64 * 1024;

    /** What a thread that woke up late, or a sender that was late, may make up for. */
    private static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ServerSocket listener;
    private final int port;
    private final Lane forward;
    private final Lane back;
    private final List<Socket> sockets = new ArrayList<>();

    /** One direction. */
    private static final class Lane {

        private final double nanosPerByte;
        private long free = System.nanoTime();
        private long bytes;

        Lane(int megabits) {
            nanosPerByte = 8e3 / megabits;
        }

        /** Waits until that many bytes have crossed. */
        void cross(int count) {
            long until;
            synchronized (this) {
                bytes += count;
                free = Math.max(free, System.nanoTime() - BURST_NANOS) + (long) (count * nanosPerByte);
                until = free;
            }
            for (long wait; (wait = until - System.nanoTime()) > 0;) {
                LockSupport.parkNanos(Math.min(wait, TimeUnit.SECONDS.toNanos(1)));
            }
        }

        public synchronized long bytes() {
            return bytes;
        }
    }

    public ThrottledPipe(String destination, int megabits) throws IOException {
        port = Integer.parseInt(destination.substring(destination.lastIndexOf(':') + 1));
        forward = new Lane(megabits);
        back = new Lane(megabits);
        listener = new ServerSocket();
        listener.setReceiveBufferSize(BUFFER);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        start(this::accept);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "throttled-pipe");
        thread.setDaemon(true);
        thread.start();
    }

    public String address() {
        return "tcp:127.0.0.1:" + listener.getLocalPort();
    }

    /** What crossed towards the destination. */
    public long bytes() {
        return forward.bytes();
    }

    private void accept() {
        try {
            while (true) {
                Socket source = listener.accept();
                Socket destination = new Socket();
                destination.setSendBufferSize(BUFFER);
                destination.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                source.setTcpNoDelay(true);
                destination.setTcpNoDelay(true);
                synchronized (sockets) {
                    sockets.add(source);
                    sockets.add(destination);
                }
                start(() -> pump(source, destination, forward));
                start(() -> pump(destination, source, back));
            }
        } catch (IOException e) {
            // closed, or the destination has gone: the source notices
        }
    }

    private static void pump(Socket from, Socket to, Lane lane) {
        byte[] chunk = new byte[CHUNK];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n; (n = in.read(chunk)) >= 0;) {
                lane.cross(n);
                out.write(chunk, 0, n);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // one end has gone: both ends notice
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // nothing is left to do for it
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        synchronized (sockets) {
            sockets.forEach(ThrottledPipe::closeQuietly);
        }
    }
}
