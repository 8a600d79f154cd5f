package org.multifd.core.internal.migration;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.core.internal.negotiation.Negotiation;
import org.multifd.core.internal.stream.MainStreamReader;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Lookahead;
import org.multifd.core.internal.transport.Tls;
import org.multifd.core.internal.transport.TlsException;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.WireException;

/** The role of an accepted connection, as its first bytes say (wire-format 1). */
sealed interface ConnectionRole {

    /**
     * The number of bytes of main that are looked at while a migration is gathered; the list of RAM blocks begins
     * within them.
     */
    int BEGINNING = 4096;

    /** A main channel whose magic has been read and behind which more has come. */
    record Main(Lookahead ahead) implements ConnectionRole {
    }

    /** A multifd channel whose init packet has been read. */
    record Channel(InitPacket init, Lookahead ahead) implements ConnectionRole {
    }

    /** A negotiation of the method, whose magic has been read. */
    record Question() implements ConnectionRole {
    }

    /** A connection that was closed before it sent a byte. */
    record Nothing() implements ConnectionRole {
    }

    /**
     * Reads the role. Closing the connection from another thread ends the wait.
     *
     * @param tls null for plain connections
     */
    static ConnectionRole read(Connection connection, Tls tls) throws IOException {
        if (tls != null) {
            connection.secure(tls);
        }
        ByteBuffer bytes = ByteBuffer.allocate(InitPacket.SIZE).limit(Integer.BYTES);
        if (connection.read(bytes) < 0) {
            if (connection.refusedInSilence()) {
                throw new TlsException("the peer closed right after the TLS handshake: it may not accept this side's"
                        + " certificate; see its own message");
            }
            return new Nothing();
        }
        connection.readFully(bytes, "a connection's magic");
        int magic = bytes.getInt(0);
        return switch (magic) {
            case MainStreamReader.MAGIC -> main(connection);
            case Negotiation.MAGIC -> new Question();
            case InitPacket.MAGIC -> {
                connection.readFully(bytes.limit(InitPacket.SIZE), "an init packet");
                yield new Channel(InitPacket.decode(bytes.flip()), connection.lookAhead(1));
            }
            default -> throw new WireException(String.format("received magic 0x%08x, expected 0x%08x (main channel) "
                    + "or 0x%08x (multifd channel); %s?", magic, MainStreamReader.MAGIC, InitPacket.MAGIC,
                    Errors.asksForTls(magic)
                            ? "does the peer use TLS, which needs tls-creds here" : "is the peer a migration source"));
        };
    }

    private static Main main(Connection connection) throws IOException {
        Lookahead ahead = connection.lookAhead(BEGINNING);
        if (!ahead.more()) {
            throw new EOFException("connection closed by the peer: received the magic of a main channel and nothing "
                    + "behind it, expected a migration stream");
        }
        return new Main(ahead);
    }
}
