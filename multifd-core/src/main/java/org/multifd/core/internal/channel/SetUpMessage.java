package org.multifd.core.internal.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.api.MultiFDSendParams;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.WireException;

/**
 * What a channel's sender told its receiver: behind the init packet, if the method is not QEMU's, a length and as many
 * bytes (wire-format 2).
 */
public final class SetUpMessage {

    private SetUpMessage() {
    }

    /** Reads what the sender told; null if there is nothing. */
    public static ByteBuffer read(Connection from, InitPacket init) throws IOException {
        if (!InitPacket.hasFormat(init.method())) {
            return null;
        }
        ByteBuffer header = ByteBuffer.allocate(Integer.BYTES);
        from.readFully(header, "the length of a set-up message");
        long length = header.getInt(0) & 0xFFFFFFFFL;
        if (length > MultiFDSendParams.SETUP_MESSAGE_LIMIT) {
            throw new WireException("received a set-up message of " + length + " bytes for method " + init.method()
                    + ", expected at most " + MultiFDSendParams.SETUP_MESSAGE_LIMIT);
        }
        if (length == 0) {
            return null;
        }
        ByteBuffer message = ByteBuffer.allocate((int) length);
        from.readFully(message, "a set-up message");
        return message.flip();
    }

    /** Writes what the sender told, or that it told nothing, of a method that is not QEMU's. */
    public static void write(Connection to, ByteBuffer message) throws IOException {
        int length = message == null ? 0 : message.remaining();
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + length).putInt(length);
        if (message != null) {
            bytes.put(message.duplicate());
        }
        to.writeFully(bytes.flip());
    }
}
