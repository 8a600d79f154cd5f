package org.multifd.core.fault;

import static org.multifd.core.MigrationException.Kind.METHOD;
import static org.multifd.core.MigrationException.Kind.PEER;
import static org.multifd.core.MigrationException.Kind.STREAM;

import java.util.List;
import java.util.Set;
import org.multifd.core.Eventually;
import org.multifd.core.MigrationException;
import org.multifd.core.capture.PlainChannel;
import org.multifd.core.fault.Fault.Kind;

/**
 * One case.
 *
 * @param fault null for none
 * @param order which of the recorded connections come, and in which order; null for all as they were
 */
record FaultCase(Setting setting, Fault fault, List<Integer> order) {

    private static final int SILENT_MILLIS = 1000;
    private static final int STALL_MILLIS = 400;

    FaultCase(Setting setting, Fault fault) {
        this(setting, fault, null);
    }

    /** For counts, and for a sample that has some of each. */
    String kind() {
        if (fault == null) {
            return "ORDER";
        }
        boolean page = flipsPayload() && setting.link().capture.method().equals("none");
        return fault.kind().name() + (page ? " of a page" : "") + (fault.back() ? " back" : "");
    }

    /** Whether the bits are a packet's pages, or what a codec made of them. */
    boolean flipsPayload() {
        if (fault == null || fault.kind() != Kind.FLIP || fault.back() || fault.connection() == 0) {
            return false;
        }
        return setting.link().channels.get(fault.connection() - 1).packets.stream()
                .anyMatch(packet -> fault.from() >= packet.position() + PlainChannel.HEADER
                && fault.from() < packet.end());
    }

    /** Everything arrives as it was sent. */
    boolean harmless() {
        return fault != null ? fault.kind().harmless() : order.stream().distinct().count() == order.size()
                && order.size() == setting.connections().size();
    }

    /**
     * The right errors of who reads the bytes that the fault happens to: the destination, or the relay that they are
     * played into.
     */
    Set<MigrationException.Kind> readersErrors() {
        boolean namesMethod = fault != null && fault.kind() == Kind.FLIP && !fault.back() && fault.connection() > 0
                && fault.from() < PlainChannel.INIT;
        return namesMethod ? Set.of(PEER, STREAM, METHOD) : Set.of(PEER, STREAM);
    }

    /** Those of who sends the bytes: told so, or cut off; only on its return path there is something to read. */
    Set<MigrationException.Kind> sendersErrors() {
        if (setting.role() == Setting.Role.RELAY_IN) {
            return readersErrors();
        }
        return fault != null && fault.back() && !fault.kind().ends() ? Set.of(PEER, STREAM) : Set.of(PEER);
    }

    /** The parameter of both sides. */
    int timeoutMillis() {
        return harmless() ? Eventually.PATIENT_MILLIS : fault != null && fault.kind() == Kind.STALL ? STALL_MILLIS
                : SILENT_MILLIS;
    }

    @Override
    public String toString() {
        return setting + ": " + (fault == null ? "connections " + order : fault.toString());
    }
}
