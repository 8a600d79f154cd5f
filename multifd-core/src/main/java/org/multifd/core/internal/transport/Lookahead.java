package org.multifd.core.internal.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What a connection says before its reader wants it: whoever waits for the migration sees by it whether the peer goes
 * on or has gone. One thread looks ahead; the reader takes the bytes first and then reads on by itself.
 */
public final class Lookahead {

    private final Connection connection;
    /** What the thread that looks may need to come to what is there already. */
    private static final int TURN_MILLIS = 20;

    private final byte[] bytes;
    private int filled;
    private int taken;
    private boolean looking;
    private boolean reading;
    private boolean ended;

    Lookahead(Connection connection, int most) {
        this.connection = connection;
        this.bytes = new byte[most];
    }

    /** Waits for one byte or more; false when there is no more to see: at the end, or as the reader has come. */
    public boolean more() throws IOException {
        ByteBuffer into;
        synchronized (this) {
            if (ended || reading || filled == bytes.length) {
                return false;
            }
            looking = true;
            into = ByteBuffer.wrap(bytes, filled, bytes.length - filled);
        }
        int n = -1;
        try {
            n = connection.readOn(into);
        } finally {
            synchronized (this) {
                looking = false;
                ended = n < 0;
                filled += Math.max(n, 0);
                notifyAll();
            }
        }
        return n >= 0;
    }

    /** Whether the peer has ended the stream, or the connection has broken, before more came than can be looked at. */
    public synchronized boolean ended() {
        return ended;
    }

    /** Whether nothing was said yet. */
    public synchronized boolean isSilent() {
        return filled == 0;
    }

    /** Whether this was said, or so much that it may have been. */
    public synchronized boolean mayContain(byte[] said) {
        for (int i = 0; i + said.length <= filled; i++) {
            if (Arrays.equals(said, 0, said.length, bytes, i, i + said.length)) {
                return true;
            }
        }
        return filled == bytes.length;
    }

    /** See {@link Connection#isQuiet}; null if nobody looks any more and the connection itself must be asked. */
    synchronized Boolean isQuiet(int millis) {
        reading = true;
        if (taken == filled && looking) {
            try {
                wait(Math.max(millis, TURN_MILLIS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return taken < filled || ended ? Boolean.FALSE : looking ? Boolean.TRUE : null;
    }

    /** The next bytes for the reader; 0 if there are none left and it reads on by itself. */
    synchronized int take(ByteBuffer into) throws IOException {
        reading = true;
        while (taken == filled && looking) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                connection.close(); // as a channel does whose reader is interrupted
                throw new InterruptedIOException("interrupted while reading");
            }
        }
        int n = Math.min(into.remaining(), filled - taken);
        into.put(bytes, taken, n);
        taken += n;
        return n;
    }
}
