package org.multifd.core.channel;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The main thread waits at a round's mark for the channels. */
@Name("org.multifd.SyncWait")
@Label("Multifd Sync Wait")
@Description("The main channel waits for a SYNC of every multifd channel")
@Category("Multifd")
@StackTrace(false)
final class SyncWaitEvent extends Event {

    @Label("Sent")
    boolean sent;
    @Label("Channels")
    int channels;

    void finish(boolean isSent, int ofChannels) {
        end();
        if (shouldCommit()) {
            sent = isSent;
            channels = ofChannels;
            commit();
        }
    }
}
