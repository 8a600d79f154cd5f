package org.multifd.core;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;

/** One connection of a peer that does as it is told: notes what comes, and closes once the other side has ended. */
final class ScriptedPeer implements AutoCloseable {

    private final Socket socket;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
    private String end;
    private boolean ending;
    private int last = Integer.MAX_VALUE;

    ScriptedPeer(Socket socket) {
        this.socket = socket;
        Thread thread = new Thread(this::read, "scripted-peer");
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        byte[] bytes = new byte[4096];
        String how = "end";
        try {
            for (int n; (n = socket.getInputStream().read(bytes)) >= 0;) {
                synchronized (this) {
                    seen.write(bytes, 0, n);
                    if (seen.size() >= last) {
                        end();
                    }
                    notifyAll();
                }
            }
        } catch (IOException e) {
            how = "reset";
        }
        synchronized (this) {
            end = how;
            if (!ending) {
                close();
            }
            notifyAll();
        }
    }

    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Waits until so many bytes have come. */
    synchronized void await(int count) throws InterruptedException {
        while (seen.size() < count && end == null) {
            wait();
        }
    }

    synchronized byte[] seen() {
        return seen.toByteArray();
    }

    /** Waits until the other side has ended the connection; how. */
    synchronized String awaitEnd() throws InterruptedException {
        while (end == null) {
            wait();
        }
        return end;
    }

    /** Ends the own direction, if the other side has not ended already, and goes on to read. */
    synchronized void end() throws IOException {
        ending = true;
        if (!socket.isClosed()) {
            socket.shutdownOutput();
        }
    }

    /** Ends the own direction as soon as so many bytes have come. */
    synchronized void endBehind(int count) {
        last = count;
    }

    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
