package org.multifd.core.internal.channel;

import java.util.function.Supplier;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * The events of a flight recording. An event that was begun is null unless somebody records: the first event class that
 * is loaded starts JFR's machinery, which took a quarter of a second of processor time in each process, as much as
 * moving a third of a gigabyte.
 */
public final class FlightEvents {

    private FlightEvents() {
    }

    /** Null before the first recording of this JVM, which costs a volatile read. */
    private static <E extends Event> E begun(E again, Supplier<E> first) {
        if (!FlightRecorder.isInitialized()) {
            return null;
        }
        E event = again == null ? first.get() : again;
        event.begin();
        return event;
    }

    /** Begins a packet. A channel uses its last packet's event again. */
    public static Packet begin(Packet last) {
        return begun(last, Packet::new);
    }

    static SyncWait syncWait() {
        return begun(null, SyncWait::new);
    }

    public static Round round() {
        return begun(null, Round::new);
    }

    public static Migration migration() {
        return begun(null, Migration::new);
    }

    public static void finish(Packet event, boolean sent, int channel, PacketHeader header) {
        if (event != null) {
            event.end();
            if (event.shouldCommit()) {
                event.sent = sent;
                event.channel = channel;
                event.packetNum = header.packetNum;
                event.normalPages = header.normalPages;
                event.zeroPages = header.zeroPages;
                event.flags = header.flags;
                event.payload = header.payloadLength;
                event.commit();
            }
        }
    }

    static void finish(SyncWait event, boolean sent, int channels) {
        if (event != null) {
            event.sent = sent;
            event.channels = channels;
            event.commit();
        }
    }

    public static void finish(Round event, int round, long pages, boolean last) {
        if (event != null) {
            event.round = round;
            event.pages = pages;
            event.last = last;
            event.commit();
        }
    }

    /** One packet, from its pages to the socket or back. */
    @Name("org.multifd.Packet")
    @Label("Multifd Packet")
    @Description("One packet of a multifd channel")
    @Category("Multifd")
    @StackTrace(false)
    public static final class Packet extends Event {

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
    }

    /** The main thread waits at a round's mark for the channels. */
    @Name("org.multifd.SyncWait")
    @Label("Multifd Sync Wait")
    @Description("The main channel waits for a SYNC of every multifd channel")
    @Category("Multifd")
    @StackTrace(false)
    static final class SyncWait extends Event {

        @Label("Sent")
        boolean sent;
        @Label("Channels")
        int channels;
    }

    /** One round of a migration at its source. */
    @Name("org.multifd.Round")
    @Label("Multifd Round")
    @Description("One round over the pages that are left to send")
    @Category("Multifd")
    @StackTrace(false)
    public static final class Round extends Event {

        @Label("Round")
        int round;
        @Label("Pages")
        long pages;
        @Label("Last")
        boolean last;
    }

    /** One migration, at either side. */
    @Name("org.multifd.Migration")
    @Label("Multifd Migration")
    @Description("One migration from its first connection to its end")
    @Category("Multifd")
    @StackTrace(false)
    public static final class Migration extends Event {

        @Label("Source")
        public boolean source;
        @Label("Method")
        public String method;
        @Label("Channels")
        public int channels;
        @Label("Rounds")
        public int rounds;
        @Label("Wire Bytes")
        @DataAmount
        public long wireBytes;
        @Label("Succeeded")
        public boolean succeeded;
    }
}
