package org.multifd.core.fault;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;

/** Writes one direction of a connection to a socket, and lets a fault happen to it. One thread's. */
public final class Injector {

    /** Long enough to be seen by whoever reads, and a small part of any timeout. */
    private static final long DELAY_NANOS = 60_000_000;

    private final Fault fault;
    private final Socket socket;
    private final OutputStream out;
    private final ByteArrayOutputStream range = new ByteArrayOutputStream();
    private long position;
    private boolean over;
    private boolean silent;
    private boolean rangeWritten;
    private boolean withheld;

    /** @param fault null for none */
    public Injector(Fault fault, Socket socket) throws IOException {
        this.fault = fault;
        this.socket = socket;
        this.out = socket.getOutputStream();
    }

    /** Writes the first bytes of a buffer, or what becomes of them. */
    public void write(byte[] bytes, int length) throws IOException {
        int done = 0;
        while (done < length && !over) {
            int n = fault == null ? length - done : piece(length - done);
            if (n == 0) {
                withheld = true;
                strike();
                continue;
            }
            if (fault != null && position >= fault.from() && position < fault.to()) {
                range.write(bytes, done, n);
                position += n;
                if (position == fault.to()) {
                    writeRange();
                }
            } else {
                out.write(bytes, done, n);
                position += n;
            }
            done += n;
        }
    }

    /** How many bytes share one fate; 0 where a fault that is of no bytes strikes now. */
    private int piece(int left) {
        if (position < fault.from()) {
            return (int) Math.min(left, fault.from() - position);
        }
        if (position == fault.from() && fault.kind().ends()) {
            return 0;
        }
        return position < fault.to() ? (int) Math.min(left, fault.to() - position) : left;
    }

    private void strike() throws IOException {
        over = true;
        switch (fault.kind()) {
            case CUT -> socket.shutdownOutput();
            case RESET -> {
                socket.setSoLinger(true, 0);
                socket.close();
            }
            default -> silent = true;
        }
    }

    private void writeRange() throws IOException {
        rangeWritten = true;
        byte[] bytes = range.toByteArray();
        if (fault.kind() == Fault.Kind.DELAY) {
            LockSupport.parkNanos(DELAY_NANOS);
        }
        if (fault.kind() != Fault.Kind.TRICKLE) {
            out.write(fault.changed(bytes));
            return;
        }
        socket.setTcpNoDelay(true);
        for (byte one : bytes) {
            out.write(one);
        }
    }

    /** Whether the stream came as far as the fault, so that bytes were changed or did not come. */
    boolean struck() {
        return withheld || rangeWritten;
    }

    /** The stream has ended: ends the direction, unless it is one that falls silent. */
    public void end() throws IOException {
        if (fault != null && !rangeWritten && range.size() > 0) {
            writeRange();
        }
        if (fault != null && !over && position == fault.from() && fault.kind().ends()) {
            strike();
        }
        if (!silent && !socket.isClosed() && !socket.isOutputShutdown()) {
            socket.shutdownOutput();
        }
    }
}
