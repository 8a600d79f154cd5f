package org.multifd.core.internal.migration;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Lookahead;
import org.multifd.core.internal.wire.InitPacket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that has said that it is main, or a channel, and was taken for the migration that is gathered. */
final class Member {

    private static final Logger LOG = LoggerFactory.getLogger(Member.class);

    final Connection connection;
    /** A channel's; null for main. */
    final InitPacket init;
    /** How many connections had been accepted when it was. */
    final long order;
    private final Lookahead ahead;
    private final long since = System.nanoTime();
    private final Runnable changed;
    private volatile long endedNanos;
    /** Whether it was given out before the number of channels was known. */
    boolean used;

    /** @param changed is told when more of it has come, or its end */
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

    /** Looks at what it says, until it is read or has ended. */
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

    /** Whether it ended so long ago. */
    boolean endedBefore(int millis) {
        return ended() && endedNanos != 0 && TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - endedNanos) >= millis;
    }

    /** Whether this was said, or so much that it may have been. */
    boolean mayHaveSaid(byte[] bytes) {
        return ahead.mayContain(bytes);
    }

    long since() {
        return since;
    }

    boolean isOlderThan(int millis) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since) >= millis;
    }
}
