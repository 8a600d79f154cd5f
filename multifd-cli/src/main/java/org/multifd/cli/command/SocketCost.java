package org.multifd.cli.command;

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
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;

/**
 * What a byte costs on a socket of this machine, measured over loopback.
 *
 * @param write seconds of one processor
 * @param read seconds of one processor
 */
public record SocketCost(double write, double read) {

    private static final long BYTES = 512L << 20;
    private static final int CHUNK = 512 * 1024;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    public static SocketCost measure() throws MigrationException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (SocketChannel out = SocketChannel.open(listener.getLocalAddress()); SocketChannel in =
                    listener.accept()) {
                return measure(out, in);
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** From one end of a connection to the other. */
    public static SocketCost measure(SocketChannel out, SocketChannel in) throws MigrationException {
        CompletableFuture<Double> reading = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try (in) { // a reader that has failed must not leave the writer waiting
                complete(reading, in); // before the writer can notice that
            } catch (IOException e) {
                reading.completeExceptionally(e);
            }
        }, "socket's reader");
        reader.start();
        try {
            double write = write(out);
            out.shutdownOutput();
            return new SocketCost(write / BYTES, reading.join() / BYTES);
        } catch (CompletionException e) {
            throw failed(e.getCause());
        } catch (IOException e) {
            throw failed(reading.handle((seconds, cause) -> cause == null ? e : cause).getNow(e));
        }
    }

    private static void complete(CompletableFuture<Double> reading, SocketChannel in) {
        try {
            reading.complete(read(in));
        } catch (IOException | RuntimeException | Error e) {
            reading.completeExceptionally(e);
        }
    }

    private static MigrationException failed(Throwable e) {
        return new MigrationException(Kind.PEER, "the connection over loopback that tells what a socket costs: "
                + e.getMessage(), e);
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

    private static double read(SocketChannel in) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        long start = THREADS.getCurrentThreadCpuTime();
        for (long left = BYTES; left > 0;) {
            int n = in.read(chunk.clear());
            if (n < 0) {
                throw new EOFException("received its end, expected " + left + " more bytes");
            }
            left -= n;
        }
        return (THREADS.getCurrentThreadCpuTime() - start) * 1e-9;
    }
}
