package org.multifd.core.internal.outgoing;

import java.util.IdentityHashMap;
import java.util.Map;
import org.multifd.core.DirtyLog;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;

/** The dirty logs that migrations take from now: each has one taker at a time, or both would miss pages. */
final class TakenLogs {

    private static final Map<DirtyLog, String> TAKERS = new IdentityHashMap<>();

    private TakenLogs() {
    }

    /** @param taker whom a second one is told of */
    static void take(DirtyLog log, String taker) throws MigrationException {
        synchronized (TAKERS) {
            String other = TAKERS.putIfAbsent(log, taker);
            if (other != null) {
                throw new MigrationException(Kind.USAGE, "dirty log: " + other
                        + " takes from it already, expected one migration at a time; wait until that one has ended");
            }
        }
    }

    static void release(DirtyLog log) {
        synchronized (TAKERS) {
            TAKERS.remove(log);
        }
    }
}
