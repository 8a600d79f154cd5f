package org.multifd.cli;

import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * What a byte costs on a socket of this machine, measured over loopback.
 *
 * @param write seconds of one processor
 * @param read seconds of one processor
 */
record SocketCost(double write, double read) {

    private static final long BYTES = 512L << 20;
    private static final int CHUNK = 512 * 1024;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    static SocketCost measure() throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (SocketChannel out = SocketChannel.open(listener.getLocalAddress()); SocketChannel in = listener.accept()) {
                CompletableFuture<Double> reading = CompletableFuture.supplyAsync(() -> read(in));
                double write = write(out) / BYTES;
                return new SocketCost(write, reading.join() / BYTES);
            }
        }
    }

    private static double write(SocketChannel out) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        long start = THREADS.getCurrentThreadCpuTime();
        for (long left = BYTES; left > 0; left -= CHUNK) {
            chunk.clear();
            while (chunk.hasRemaining()) {
                out.write(chunk);
            }
        }
        return (THREADS.getCurrentThreadCpuTime() - start) * 1e-9;
    }

    private static double read(SocketChannel in) {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        long start = THREADS.getCurrentThreadCpuTime();
        try {
            for (long left = BYTES; left > 0;) {
                int n = in.read(chunk.clear());
                if (n < 0) {
                    throw new EOFException("the connection over loopback ended");
                }
                left -= n;
            }
        } catch (IOException e) {
            throw new CompletionException(e);
        }
        return (THREADS.getCurrentThreadCpuTime() - start) * 1e-9;
    }
}
