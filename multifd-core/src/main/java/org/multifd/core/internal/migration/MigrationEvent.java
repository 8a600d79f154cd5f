package org.multifd.core.internal.migration;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.multifd.core.MigrationStats;
import org.multifd.core.internal.channel.FlightRecording;

/** One migration, at either side. */
public final class MigrationEvent {

    private Recorded event;

    public void begin() {
        if (FlightRecording.isOn()) {
            if (event == null) {
                event = new Recorded();
            }
            event.begin();
        }
    }

    public void finish(boolean isSource, MigrationStats stats) {
        if (event != null) {
            event.finish(isSource, stats);
        }
    }

    /** Loaded only when somebody records. */
    @Name("org.multifd.Migration")
    @Label("Multifd Migration")
    @Description("One migration from its first connection to its end")
    @Category("Multifd")
    @StackTrace(false)
    private static final class Recorded extends Event {

        @Label("Source")
        boolean source;
        @Label("Method")
        String method;
        @Label("Channels")
        int channels;
        @Label("Rounds")
        int rounds;
        @Label("Wire Bytes")
        @DataAmount
        long wireBytes;
        @Label("Succeeded")
        boolean succeeded;

        public void finish(boolean isSource, MigrationStats stats) {
            end();
            if (shouldCommit()) {
                source = isSource;
                method = stats.method();
                channels = stats.channels().size();
                rounds = stats.rounds();
                wireBytes = stats.wireBytes();
                succeeded = stats.state() == MigrationStats.State.COMPLETED;
                commit();
            }
        }
    }
}
