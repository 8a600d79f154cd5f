package org.multifd.core;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One migration, at either side. */
@Name("org.multifd.Migration")
@Label("Multifd Migration")
@Description("One migration from its first connection to its end")
@Category("Multifd")
@StackTrace(false)
final class MigrationEvent extends Event {

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

    void finish(boolean isSource, MigrationStats stats) {
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
