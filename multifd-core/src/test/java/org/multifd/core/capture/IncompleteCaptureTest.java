package org.multifd.core.capture;

import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.multifd.core.MigrationException.Kind;

/** Recorded migrations of which a whole connection is missing, or something more is there. */
class IncompleteCaptureTest {

    private static final String REMEDY = " within 1000 ms, expected the main channel and 2; set the capability "
            + "multifd and the same multifd-channels on both sides";

    private Recorded recorded;

    @BeforeEach
    void load() throws Exception {
        recorded = Recorded.of(Capture.of("qemu-10.0", "stopped-none"));
    }

    @Test
    void shouldMissAChannel() throws Exception {
        Replay replay = new Replay(recorded).set("timeout", 1000);
        replay.connections.remove(1);
        replay.run().assertFailed(Kind.PEER, "received the main channel and 1 multifd channels" + REMEDY);
    }

    @Test
    void shouldMissMain() throws Exception {
        Replay replay = new Replay(recorded).set("timeout", 1000);
        replay.connections.remove(0);
        replay.run().assertFailed(Kind.PEER, "received no main channel and 2 multifd channels" + REMEDY);
    }

    @Test
    void shouldMissAChannelThatSaysNothing() throws Exception {
        Replay replay = new Replay(recorded).set("timeout", 1000);
        replay.connections.set(2, new Replayer.Connection(new byte[0], false));
        replay.run().assertFailedLike(Kind.PEER, Pattern.quote("received the main channel and 1 multifd channels"
                + REMEDY) + "( \\(a connection from tcp:127.0.0.1:\\d+ was refused: silent for too long before it "
                + "said what it is\\))?");
    }

    @Test
    void shouldMissMultifd() throws Exception {
        Recorded mainOnly = Recorded.of(Capture.MAIN_ONLY);
        new Replay(mainOnly).set("multifd-channels", 2).set("timeout", 1000).run()
                .assertFailed(Kind.PEER, "received the main channel and 0 multifd channels" + REMEDY);
    }

    @Test
    void shouldRefuseAChannelThatComesTwice() throws Exception {
        Replay replay = new Replay(recorded);
        replay.connections.set(2, replay.connections.get(1));
        replay.run().assertFailed(Kind.STREAM,
                "received channel id " + recorded.channels.get(0).id + " a second time, expected once");
    }

    /** Another round's pages would have needed another mark. */
    @Test
    void shouldRefusePagesBehindTheLastSync() throws Exception {
        PlainChannel channel = recorded.channels.get(0);
        PlainChannel.Packet packet = channel.packets.stream().filter(one -> one.normal() > 0).findFirst().orElseThrow();
        byte[] more = Arrays.copyOf(channel.bytes, channel.bytes.length + packet.end() - packet.position());
        System.arraycopy(channel.bytes, packet.position(), more, channel.bytes.length, more.length
                - channel.bytes.length);
        new Replay(recorded).with(1, more).run().assertFailed(Kind.STREAM, "channel " + channel.id
                + ": received pages after its last SYNC, expected the end of the stream");
    }

    /** A source that keeps its connections open when it has sent all is waited for, but not for ever. */
    @Test
    void shouldNotNeedTheEndOfAnyConnection() throws Exception {
        Replay replay = new Replay(recorded);
        replay.connections.replaceAll(connection -> new Replayer.Connection(connection.bytes(), false));
        replay.run().assertReceived();
    }
}
