package org.multifd.core.internal.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.core.Eventually;

/** Both ends of a connection over loopback. */
public final class ConnectionPair implements AutoCloseable {

    private static final int TIMEOUT = Eventually.PATIENT_MILLIS;

    /** The end that is tested. */
    public final Connection near;
    /** The peer. */
    public final Connection far;

    public ConnectionPair() throws IOException {
        this("tcp:127.0.0.1:0");
    }

    ConnectionPair(String address) throws IOException {
        try (Listener listener = Listener.open(Address.parse(address), 1)) {
            far = new Connector(Address.parse(listener.bound()), TIMEOUT, null).connect();
            near = listener.accept();
        }
    }

    /** Has the peer send bytes that fit the socket's buffer, so that nobody need read yet. */
    public void send(byte[] bytes) throws IOException {
        if (bytes.length > 32 * 1024) {
            throw new IllegalArgumentException(bytes.length + " bytes may not fit the socket's buffer");
        }
        far.writeFully(ByteBuffer.wrap(bytes));
    }

    /** As {@link #send}, and nothing more after it. */
    public ConnectionPair sendAll(byte[] bytes) throws IOException {
        send(bytes);
        far.shutdownOutput();
        return this;
    }

    /** Has the peer send any number of bytes, and nothing more after them, from a thread of its own. */
    public ConnectionPair sendInBackground(byte[] bytes) {
        Thread thread = new Thread(() -> {
            try {
                far.writeFully(ByteBuffer.wrap(bytes));
                far.shutdownOutput();
            } catch (IOException e) {
                far.close(); // the tested end has closed early or sees the stream end here
            }
        }, "test-peer");
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    /** What the tested end has written up to its end of output or close. */
    public byte[] received() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
        while (far.read(bytes) >= 0) {
            if (!bytes.hasRemaining()) {
                throw new IllegalStateException("more than " + bytes.capacity() + " bytes");
            }
        }
        byte[] result = new byte[bytes.flip().remaining()];
        bytes.get(result);
        return result;
    }

    @Override
    public void close() {
        near.close();
        far.close();
    }
}
