package org.multifd.core.internal.migration;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.core.internal.negotiation.Negotiation;
import org.multifd.core.internal.stream.MainStreamReader;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Tls;
import org.multifd.core.internal.transport.TlsException;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.WireException;

/**
 * What a connection that was accepted says that it is: its magic (wire-format 1) has been read, and a channel's init packet.
 *
 * @param init a channel's; null for any other
 */
public record Introduction(Kind kind, InitPacket init) {

    public enum Kind {
        MAIN, CHANNEL, NEGOTIATION,
        /** It was closed without a word. */
        NOTHING
    }

    /**
     * Reads it, as long as nobody closes the connection.
     *
     * @param tls null for plain connections
     */
    public static Introduction read(Connection connection, Tls tls) throws IOException {
        if (tls != null) {
            connection.secure(tls);
        }
        ByteBuffer bytes = ByteBuffer.allocate(InitPacket.SIZE).limit(Integer.BYTES);
        if (connection.read(bytes) < 0) {
            if (connection.refusedInSilence()) {
                throw new TlsException("the peer closed right after the TLS handshake: it may not accept this side's"
                        + " certificate; see its own message");
            }
            return new Introduction(Kind.NOTHING, null);
        }
        connection.readFully(bytes, "a connection's magic");
        int magic = bytes.getInt(0);
        return switch (magic) {
            case MainStreamReader.MAGIC -> new Introduction(Kind.MAIN, null);
            case Negotiation.MAGIC -> new Introduction(Kind.NEGOTIATION, null);
            case InitPacket.MAGIC -> {
                connection.readFully(bytes.limit(InitPacket.SIZE), "an init packet");
                yield new Introduction(Kind.CHANNEL, InitPacket.decode(bytes.flip()));
            }
            default -> throw new WireException(String.format("received magic 0x%08x, expected 0x%08x (main channel) or 0x%08x"
                    + " (multifd channel); %s?", magic, MainStreamReader.MAGIC, InitPacket.MAGIC, Errors.asksForTls(magic)
                            ? "does the peer use TLS, which needs tls-creds here" : "is the peer a migration source"));
        };
    }
}
