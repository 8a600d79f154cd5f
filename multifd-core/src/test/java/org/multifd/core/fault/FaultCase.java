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

    boolean stalls() {
        return fault != null && fault.kind() == Kind.STALL;
    }

    @Override
    public String toString() {
        return setting + ": " + (fault == null ? "connections " + order : fault.toString());
    }
}
