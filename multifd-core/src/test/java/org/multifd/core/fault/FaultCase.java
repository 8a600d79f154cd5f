package org.multifd.core.fault;

import java.util.List;
import org.multifd.core.fault.Fault.Kind;

/**
 * One case.
 *
 * @param fault null for none
 * @param order which of the recorded connections come, and in which order; null for all as they were
 */
record FaultCase(Setting setting, Fault fault, List<Integer> order) {

    private static final int PATIENT_MILLIS = 30_000;
    private static final int SILENT_MILLIS = 1000;
    private static final int STALL_MILLIS = 400;

    FaultCase(Setting setting, Fault fault) {
        this(setting, fault, null);
    }

    /** For counts. */
    String kind() {
        return fault == null ? "ORDER" : fault.kind().name() + (fault.back() ? " back" : "");
    }

    /** Everything arrives as it was sent. */
    boolean harmless() {
        return fault != null ? fault.kind().harmless() : order.stream().distinct().count() == order.size()
                && order.size() == setting.connections().size();
    }

    /** The parameter of both sides. */
    int timeoutMillis() {
        return harmless() ? PATIENT_MILLIS : fault != null && fault.kind() == Kind.STALL ? STALL_MILLIS : SILENT_MILLIS;
    }

    @Override
    public String toString() {
        return setting + ": " + (fault == null ? "connections " + order : fault.toString());
    }
}
