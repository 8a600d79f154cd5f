package org.multifd.core.internal.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.wire.PacketHeader;

/** Payloads from a connection. */
public final class ConnectionInput implements PayloadInput {

    private final Connection connection;
    private ByteBuffer buffer;
    private ByteBuffer view;

    public ConnectionInput(Connection connection) {
        this.connection = connection;
    }

    @Override
    public ByteBuffer read(int length) throws IOException {
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(PacketHeader.PAYLOAD_LIMIT);
            view = buffer.asReadOnlyBuffer();
        }
        connection.readFully(buffer.clear().limit(length), "a payload");
        return view.clear().limit(length);
    }

    @Override
    public void readInto(ByteBuffer[] buffers, int from, int count) throws IOException {
        connection.readFully(buffers, from, count, "a payload");
    }
}
