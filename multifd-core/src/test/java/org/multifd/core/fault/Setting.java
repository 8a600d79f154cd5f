package org.multifd.core.fault;

import java.util.List;
import org.multifd.core.capture.Recorded;

/**
 * Who migrates with whom, and what crosses the connections that a fault happens to.
 *
 * @param input what is played into the relay, for {@link Role#RELAY_OUT}; otherwise the same as {@code link}
 * @param link what crosses those connections without a fault
 * @param method what our source, or the relay, sends with
 */
record Setting(Role role, Recorded input, Recorded link, String method) {

    /** Who of ours is at the connections that the fault happens to. */
    enum Role {
        /** A recorded source, our destination in memory. */
        DESTINATION,
        /** A recorded source, our destination into a file. */
        FILE,
        /** Our source, our destination. */
        SOURCE,
        /** A recorded source, our relay, behind it our destination. */
        RELAY_IN,
        /** Our relay, our destination. */
        RELAY_OUT
    }

    boolean played() {
        return role != Role.SOURCE && role != Role.RELAY_OUT;
    }

    /** Each connection's bytes, main's first. */
    List<byte[]> connections() {
        return link.connections();
    }

    @Override
    public String toString() {
        return role + " " + link.capture;
    }
}
