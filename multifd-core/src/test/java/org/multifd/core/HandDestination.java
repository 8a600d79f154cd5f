package org.multifd.core;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A destination that takes one migration's connections, reads everything, and says on the return path what a test
 * wants.
 */
final class HandDestination implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
    private final Thread thread = new Thread(this::run, "hand-destination");
    private Socket main;
    private boolean over;

    HandDestination() throws IOException {
        thread.start();
    }

    String address() {
        return "tcp:127.0.0.1:" + listener.getLocalPort();
    }

    private void run() {
        try {
            Socket first = listener.accept();
            first.getOutputStream().write(HexFormat.of().parseHex("0002000400000001")); // as to the first ping
            synchronized (this) {
                main = first;
                notifyAll();
            }
            while (true) {
                Socket channel = listener.accept();
                Thread drain = new Thread(() -> drain(channel), "hand-channel");
                drain.setDaemon(true);
                drain.start();
            }
        } catch (IOException e) {
            // closed
        }
    }

    /** A source that has failed ends its channels at once. */
    private void drain(Socket channel) {
        try (channel) {
            channel.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            // a reset ends it as well
        }
        synchronized (this) {
            over = true;
            notifyAll();
        }
    }

    private synchronized Socket main() throws InterruptedException {
        while (main == null) {
            wait();
        }
        return main;
    }

    /** Waits until the source has ended a channel, as one does that has failed. */
    synchronized void awaitOver() throws InterruptedException {
        while (!over) {
            wait();
        }
    }

    /** Reads main up to the last byte of the description. */
    void awaitEnd() throws Exception {
        while (!(seen.toString(StandardCharsets.ISO_8859_1).contains("multifd/state")
                && seen.toString(StandardCharsets.ISO_8859_1).endsWith("}]}"))) {
            int next = main().getInputStream().read();
            if (next < 0) {
                throw new IOException("main ended before its description");
            }
            seen.write(next);
        }
    }

    HandDestination say(String hex) throws Exception {
        main().getOutputStream().write(HexFormat.of().parseHex(hex.replace(" ", "")));
        return this;
    }

    /** Ends main: an end of stream, or a reset. */
    void end(boolean reset) throws Exception {
        if (reset) {
            main().setSoLinger(true, 0);
            main().close();
        } else {
            main().shutdownOutput();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        synchronized (this) {
            if (main != null) {
                main.close();
            }
        }
    }
}
