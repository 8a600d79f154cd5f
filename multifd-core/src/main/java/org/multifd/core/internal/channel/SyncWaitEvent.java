package org.multifd.core.internal.channel;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The main thread waits at a round's mark for the channels. */
final class SyncWaitEvent {

    private Recorded event;

    void begin() {
        if (FlightRecording.isOn()) {
            if (event == null) {
                event = new Recorded();
            }
            event.begin();
        }
    }

    void finish(boolean isSent, int ofChannels) {
        if (event != null) {
            event.finish(isSent, ofChannels);
        }
    }

    /** Loaded only when somebody records. */
    @Name("org.multifd.SyncWait")
    @Label("Multifd Sync Wait")
    @Description("The main channel waits for a SYNC of every multifd channel")
    @Category("Multifd")
    @StackTrace(false)
    private static final class Recorded extends Event {

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
}
