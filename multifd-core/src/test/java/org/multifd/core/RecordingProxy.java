package org.multifd.core;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands between a source and a destination on loopback TCP and keeps what the source sent, connection by connection.
 */
public final class RecordingProxy implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<CompletableFuture<byte[]>> recordings = new ArrayList<>();
    private final int destinationPort;

    public RecordingProxy(String destination) throws IOException {
        destinationPort = Integer.parseInt(destination.substring(destination.lastIndexOf(':') + 1));
        threads.execute(this::accept);
    }

    public String address() {
        return "tcp:127.0.0.1:" + listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket source = listener.accept();
                Socket destination = new Socket(InetAddress.getLoopbackAddress(), destinationPort);
                synchronized (recordings) {
                    recordings.add(CompletableFuture.supplyAsync(() -> pump(source, destination), threads));
                }
                threads.execute(() -> pump(destination, source));
            }
        } catch (IOException e) {
            // closed: the test has ended
        }
    }

    private static byte[] pump(Socket from, Socket to) {
        ByteArrayOutputStream recording = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n; (n = in.read(buffer)) >= 0;) {
                recording.write(buffer, 0, n);
                out.write(buffer, 0, n);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return recording.toByteArray();
    }

    /** All that the source sent, in the order of its connections; waits for their ends. */
    public List<byte[]> recordings() {
        synchronized (recordings) {
            return recordings.stream().map(CompletableFuture::join).toList();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
