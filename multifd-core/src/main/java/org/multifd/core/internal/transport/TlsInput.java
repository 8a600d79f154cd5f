package org.multifd.core.internal.transport;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;

/**
 * The data of a TLS socket, which can be asked whether more is there. Only what is decrypted shows whether bytes of the
 * socket are data or TLS's own, a ticket or a new key. One thread's.
 */
final class TlsInput extends InputStream {

    private static final int NONE = -1;

    private final InputStream data;
    private final ChannelSocket.Input records;
    /** What {@link #isQuiet} has come to, for the reader: a byte, or a failure. */
    private int ahead = NONE;
    private IOException failure;

    TlsInput(InputStream data, ChannelSocket.Input records) {
        this.data = data;
        this.records = records;
    }

    /**
     * Whether neither data nor an end comes within this time. Decrypts what was read of the socket already, and what
     * comes meanwhile. A record that has begun is waited for.
     */
    boolean isQuiet(int millis) {
        try {
            if (ahead == NONE && failure == null && data.available() == 0) {
                records.waitAtMost(millis);
                ahead = data.read();
            }
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            failure = e;
            return false;
        } finally {
            records.waitAgain();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (ahead == NONE) {
            return data.read(into, offset, length);
        }
        into[offset] = (byte) ahead;
        ahead = NONE;
        return 1;
    }
}
