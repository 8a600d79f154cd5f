package org.multifd.core.internal.migration;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.multifd.core.internal.negotiation.Negotiation;
import org.multifd.core.internal.stream.MainStreamReader;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Lookahead;
import org.multifd.core.internal.transport.Tls;
import org.multifd.core.internal.transport.TlsException;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that was accepted: silent until its first bytes have said its role (wire-format 1), and if that is main
 * or a multifd channel, part of the migration that is gathered.
 */
final class Caller {

    private static final Logger LOG = LoggerFactory.getLogger(Caller.class);

    /**
     * The number of bytes of main that are looked at while a migration is gathered; the list of RAM blocks begins
     * within them.
     */
    private static final int BEGINNING = 4096;

    /** The role of a connection. */
    enum Role {
        /** A main channel whose magic has been read and behind which more has come. */
        MAIN,
        /** A multifd channel whose init packet has been read. */
        CHANNEL,
        /** A negotiation of the method, whose magic has been read. */
        QUESTION,
        /** A connection that was closed before it sent a byte. */
        NOTHING
    }

    final Connection connection;
    /** The position of this connection among all accepted ones. */
    final long order;
    /** When it was accepted; once it is handed over, when its role was known. */
    volatile long since = System.nanoTime();
    /** Why the acceptor has closed it, or null. */
    String closedFor;
    /** The init packet of a multifd channel; null for main. */
    InitPacket init;
    /** Whether a relay took this channel before the number of channels was known. */
    boolean used;
    private Lookahead ahead;
    private volatile long endedNanos;

    Caller(Connection connection, long order) {
        this.connection = connection;
        this.order = order;
    }

    /**
     * Reads the role. Closing the connection from another thread ends the wait.
     *
     * @param tls null for plain connections
     */
    Role readRole(Tls tls) throws IOException {
        if (tls != null) {
            connection.secure(tls);
        }
        ByteBuffer bytes = ByteBuffer.allocate(InitPacket.SIZE).limit(Integer.BYTES);
        if (connection.read(bytes) < 0) {
            if (connection.refusedInSilence()) {
                throw new TlsException("the peer closed right after the TLS handshake: it may not accept this side's"
                        + " certificate; see its own message");
            }
            return Role.NOTHING;
        }
        connection.readFully(bytes, "a connection's magic");
        int magic = bytes.getInt(0);
        switch (magic) {
            case MainStreamReader.MAGIC:
                ahead = connection.lookAhead(BEGINNING);
                if (!ahead.more()) {
                    throw new EOFException("connection closed by the peer: received the magic of a main channel and "
                            + "nothing behind it, expected a migration stream");
                }
                return Role.MAIN;
            case Negotiation.MAGIC:
                return Role.QUESTION;
            case InitPacket.MAGIC:
                connection.readFully(bytes.limit(InitPacket.SIZE), "an init packet");
                init = InitPacket.decode(bytes.flip());
                ahead = connection.lookAhead(1);
                return Role.CHANNEL;
            default:
                throw new WireException(String.format("received magic 0x%08x, expected 0x%08x (main channel) "
                        + "or 0x%08x (multifd channel); %s?", magic, MainStreamReader.MAGIC, InitPacket.MAGIC,
                        Errors.asksForTls(magic)
                                ? "does the peer use TLS, which needs tls-creds here"
                                : "is the peer a migration source"));
        }
    }

    /**
     * Looks ahead until the connection is read by somebody else or has ended.
     *
     * @param changed is run when more bytes have come, and at the end of the stream
     */
    void watch(Runnable changed) {
        try {
            while (ahead.more()) {
                changed.run();
            }
        } catch (IOException e) {
            LOG.debug("{}: {}", connection.peer(), Errors.text(e));
        }
        endedNanos = System.nanoTime();
        changed.run();
    }

    int id() {
        return init.channel();
    }

    boolean ended() {
        return ahead.ended();
    }

    /** Returns whether the stream ended at least that long ago. */
    boolean endedBefore(int millis) {
        return ended() && endedNanos != 0 && TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - endedNanos) >= millis;
    }

    /** Returns whether a channel has sent nothing behind its init packet. */
    boolean isSilent() {
        return ahead.isSilent();
    }

    /** Returns whether these bytes have come, or so many bytes that they may be behind them. */
    boolean mayHaveSaid(byte[] bytes) {
        return ahead.mayContain(bytes);
    }

    boolean isOlderThan(int millis) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since) >= millis;
    }
}
