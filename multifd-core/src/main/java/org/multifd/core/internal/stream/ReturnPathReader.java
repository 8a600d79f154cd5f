package org.multifd.core.internal.stream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;
import org.multifd.core.internal.transport.ByteSource;
import org.multifd.core.internal.transport.TlsException;
import org.multifd.core.internal.wire.Text;
import org.multifd.core.internal.wire.WireException;

/** The source's side of the return path: reads until the destination's SHUT. One thread's. */
public final class ReturnPathReader {

    /** The reason of a destination that says none, as a QEMU does. */
    public static final String NO_REASON = "it gave no reason, see its own message";

    /** How a record begins by which a TLS server says that it was not spoken to in TLS. */
    private static final int TLS_ALERT = 0x1503;

    private final Input in;
    private final LongConsumer accepted;
    private final PostcopyMessages postcopy;
    private volatile int lastPong;

    public ReturnPathReader(ByteSource source) {
        this(source, position -> { });
    }

    /** @param accepted is told up to which byte all was accepted, after each message but SHUT */
    public ReturnPathReader(ByteSource source, LongConsumer accepted) {
        this(source, accepted, null);
    }

    /** Reads a postcopy destination's messages as well. @param postcopy takes them; null refuses them */
    public ReturnPathReader(ByteSource source, LongConsumer accepted, PostcopyMessages postcopy) {
        this.in = new Input(source, Qevm.REASON_LIMIT, 0);
        this.accepted = accepted;
        this.postcopy = postcopy;
    }

    /** The value of the last ping that was answered. May be called from any thread. */
    public int lastPong() {
        return lastPong;
    }

    /** Returns when the destination said that all was loaded; everything else is an exception. */
    public void awaitShut() throws IOException {
        String reason = readShut();
        if (reason != null) {
            throw new DestinationFailedException(reason);
        }
    }

    /** Reads up to SHUT: null if all was loaded, otherwise why not. */
    public String readShut() throws IOException {
        String reason = NO_REASON;
        for (boolean first = true; ; first = false) {
            int type = in.u16("a message on the return path (the destination must confirm before it closes)");
            int length = in.u16("a return path message's length");
            if (postcopy != null && PostcopyMessages.has(type)) {
                postcopy.read(in, type, length);
                accepted.accept(in.position());
                continue;
            }
            int expected = switch (type) {
                case Qevm.RETURN_SHUT, Qevm.RETURN_PONG -> 4;
                case Qevm.RETURN_SWITCHOVER_ACK -> 0;
                case Qevm.RETURN_REASON -> Math.min(length, Qevm.REASON_LIMIT);
                case TLS_ALERT -> throw new TlsException("return path: received a TLS alert, expected a connection "
                        + "without TLS; give tls-creds");
                default -> throw unknown(type, length, first);
            };
            if (length != expected) {
                throw new WireException("return path: received message type " + type + " of " + length
                        + " bytes, expected " + expected);
            }
            if (type == Qevm.RETURN_REASON) {
                reason = Text.oneLine(new String(in.bytes(length, "the destination's reason"), StandardCharsets.UTF_8));
            } else if (type == Qevm.RETURN_PONG) {
                lastPong = Math.max(lastPong, in.u32("a pong")); // a heartbeat answers no ping, and is 0
            } else if (type == Qevm.RETURN_SHUT) {
                return in.u32("a shut") == 0 ? null : reason;
            }
            accepted.accept(in.position());
        }
    }

    /** Who begins so is no destination: a web server or an SSH daemon, say. */
    private static WireException unknown(int type, int length, boolean first) {
        return new WireException("return path: received message type " + type
                + Text.ifReadable(type << Short.SIZE | length) + ", expected 1, 2 or 7"
                + (first ? "; is it a QEMU or multifd that listens there?" : ""));
    }
}
