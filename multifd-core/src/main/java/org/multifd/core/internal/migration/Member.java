package org.multifd.core.internal.migration;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Lookahead;
import org.multifd.core.internal.wire.InitPacket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A main channel or multifd channel that was accepted into the migration that is gathered. */
final class Member {

    private static final Logger LOG = LoggerFactory.getLogger(Member.class);

    final Connection connection;
    /** The init packet of a multifd channel; null for main. */
    final InitPacket init;
    /** The position of this connection among all accepted ones. */
    final long order;
    private final Lookahead ahead;
    final long since = System.nanoTime();
    private final Runnable changed;
    private volatile long endedNanos;
    /** Whether a relay took this channel before the number of channels was known. */
    boolean used;

    /** @param changed is run when more bytes have come, and at the end of the stream */
    Member(Connection connection, ConnectionRole role, long order, Runnable changed) {
        this.connection = connection;
        this.order = order;
        this.changed = changed;
        if (role instanceof ConnectionRole.Channel channel) {
            init = channel.init();
            ahead = channel.ahead();
        } else {
            init = null;
            ahead = ((ConnectionRole.Main) role).ahead();
        }
    }

    /** Looks ahead until the connection is read by somebody else or has ended. */
    void watch() {
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

    /** Returns whether these bytes have come, or so many bytes that they may be behind them. */
    boolean mayHaveSaid(byte[] bytes) {
        return ahead.mayContain(bytes);
    }

    boolean isOlderThan(int millis) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since) >= millis;
    }
}
