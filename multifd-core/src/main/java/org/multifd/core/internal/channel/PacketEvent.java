package org.multifd.core.internal.channel;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.multifd.core.internal.wire.PacketHeader;

/** One packet, from its pages to the socket or back. An object is used again for the next packet of its channel. */
public final class PacketEvent {

    private Recorded event;

    public void begin() {
        if (FlightRecording.isOn()) {
            if (event == null) {
                event = new Recorded();
            }
            event.begin();
        }
    }

    public void finish(boolean isSent, int ofChannel, PacketHeader header) {
        if (event != null) {
            event.finish(isSent, ofChannel, header);
        }
    }

    /** Loaded only when somebody records. */
    @Name("org.multifd.Packet")
    @Label("Multifd Packet")
    @Description("One packet of a multifd channel")
    @Category("Multifd")
    @StackTrace(false)
    private static final class Recorded extends Event {

        @Label("Sent")
        boolean sent;
        @Label("Channel")
        int channel;
        @Label("Packet Number")
        long packetNum;
        @Label("Normal Pages")
        int normalPages;
        @Label("Zero Pages")
        int zeroPages;
        @Label("Flags")
        int flags;
        @Label("Payload")
        @DataAmount
        int payload;

        public void finish(boolean isSent, int ofChannel, PacketHeader header) {
            end();
            if (shouldCommit()) {
                sent = isSent;
                channel = ofChannel;
                packetNum = header.packetNum;
                normalPages = header.normalPages;
                zeroPages = header.zeroPages;
                flags = header.flags;
                payload = header.payloadLength;
                commit();
            }
        }
    }
}
