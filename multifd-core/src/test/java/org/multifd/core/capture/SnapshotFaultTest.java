package org.multifd.core.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;
import org.multifd.core.MigrationException.Kind;

/** What trips a real QEMU (wire-format 9), and what is no multifd migration: one line, in time, and no file. */
@ParameterizedClass(name = "{0}")
@FieldSource("CAPTURES")
class SnapshotFaultTest {

    static final List<Capture> CAPTURES = List.of(Capture.of("qemu-7.2", "running-none"),
            Capture.of("qemu-10.0", "running-zstd"));

    private static final String MISSING_PAGES = "received nothing for page 0x[0-9a-f]+ of RAM block \"[^\"]+\" and "
            + "\\d+ other pages on \\d channels, expected each page once; give multifd-channels if those are all, as "
            + "with a guest that hints free pages";
    private static final int SILENT_MILLIS = 3000;
    private static final int FLAGS = 8;
    private static final int ALLOCATED = 12;
    private static final String SILENCE = "no byte moved for 3000 ms: the peer is silent or the connection is gone; "
            + "see what the peer does, or raise timeout";
    /** The answer to a ping may have been counted by then. */
    private static final String AS_GOOD_AS_SILENT = "(no byte moved for 3000 ms: the peer is silent or the "
            + "connection is gone|\\d+ bytes moved within 3000 ms, expected at least 4096: the peer is as good as "
            + "silent); see what the peer does, or raise timeout";

    @Parameter
    Capture capture;

    @TempDir
    Path directory;

    private Recorded recorded;
    private SnapshotReplay replay;

    @BeforeEach
    void load() throws Exception {
        recorded = Recorded.of(capture);
        replay = new SnapshotReplay(recorded, directory);
    }

    private static byte[] flip(byte[] bytes, int at, int bits) {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) bits;
        return changed;
    }

    private PlainChannel.Packet pagePacket(PlainChannel channel) {
        return channel.packets.stream().filter(packet -> packet.normal() > 0).findFirst().orElseThrow();
    }

    /** Such a source sends nothing on main, as its channels are not all connected. */
    @Test
    void shouldGiveUpWhenAChannelNeverConnects() throws Exception {
        replay.set("timeout", SILENT_MILLIS).with(0, new byte[0], false);
        replay.connections.remove(2);
        replay.run().assertFailed(Kind.PEER,
                "received no main channel and 1 multifd channels within 3000 ms, expected the main channel and "
                + "1\\.\\.255; set the capability multifd and the same multifd-channels on both sides.*");
    }

    /** With a return path an older QEMU sends its configuration and a ping before, and then waits. */
    @Test
    void shouldGiveUpWhenAChannelNeverConnectsBehindAPing() throws Exception {
        ByteArrayOutputStream main = new ByteArrayOutputStream();
        main.write(recorded.main.bytes, 0, recorded.main.sections.get(0));
        main.write(new byte[] {8, 0, 1, 0, 0, 8, 0, 2, 0, 4, 0, 0, 0, 1});
        replay.set("timeout", SILENT_MILLIS).with(0, main.toByteArray(), false);
        replay.connections.remove(2);
        replay.connections.set(1, new Replayer.Connection(replay.connections.get(1).bytes(), false));
        replay.run().assertFailed(Kind.PEER, AS_GOOD_AS_SILENT
                + " \\(main and 1 multifd channels have connected; main has not sent its list of RAM blocks\\)");
    }

    @Test
    void shouldInsistOnTheNumberOfChannelsWhenToldSo() throws Exception {
        replay.set("timeout", SILENT_MILLIS).set("multifd-channels", 3).run().assertFailed(Kind.PEER,
                "received the main channel and 2 multifd channels within 3000 ms, expected the main channel and 3; "
                + "set the"
                        + " capability multifd and the same multifd-channels on both sides");
    }

    @Test
    void shouldMissAChannelBelowTheOthers() throws Exception {
        replay.set("timeout", SILENT_MILLIS);
        int zero = replay.connections.size() - 1;
        while (recorded.channels.get(zero - 1).id != 0) {
            zero--;
        }
        replay.connections.remove(zero);
        replay.run().assertFailed(Kind.PEER, "received 1 multifd channels, but none with id 0 before the list of RAM "
                + "blocks, expected ids without a gap");
    }

    @Test
    void shouldGoOnWithoutASilentStranger() throws Exception {
        replay.set("timeout", SILENT_MILLIS);
        replay.connections.add(1, new Replayer.Connection(new byte[0], false));
        replay.run().assertReceived(recorded);
        assertEquals(capture.channels(), replay.stats.channels().size());
    }

    /** QEMU tells no counts: what a channel below another one's id would show, the last one shows by its pages. */
    @Test
    void shouldMissTheChannelWithTheHighestId() throws Exception {
        replay.connections.remove(1 + recorded.channels.indexOf(recorded.channel(capture.channels() - 1)));
        replay.run().assertFailed(Kind.STREAM, MISSING_PAGES);
    }

    @Test
    void shouldMissTheChannelWhoseInitPacketIsNotOne() throws Exception {
        PlainChannel last = recorded.channel(capture.channels() - 1);
        replay.with(1 + recorded.channels.indexOf(last), flip(last.bytes, 4, 1), true).run().assertFailed(Kind.STREAM,
                MISSING_PAGES + " \\(a connection from tcp:127.0.0.1:\\d+ was refused: init packet: received version "
                + "16777217, expected 1\\)");
    }

    @Test
    void shouldGiveUpAChannelThatSendsNoInit() throws Exception {
        int zero = recorded.channels.get(0).id == 0 ? 1 : 2;
        replay.set("timeout", SILENT_MILLIS).with(zero, new byte[0], false).run().assertFailed(Kind.PEER,
                "received 1 multifd channels, but none with id 0 before the list of RAM blocks, expected ids without "
                + "a gap.*");
    }

    @Test
    void shouldGiveUpAChannelThatMissesOneSync() throws Exception {
        PlainChannel channel = recorded.channels.get(0);
        PlainChannel.Packet sync = channel.packets.stream().filter(packet -> packet.sync() && packet.round() == 1)
                .findFirst()
                .orElseThrow();
        byte[] without = new byte[channel.bytes.length - (sync.end() - sync.position())];
        System.arraycopy(channel.bytes, 0, without, 0, sync.position());
        System.arraycopy(channel.bytes, sync.end(), without, sync.position(), without.length - sync.position());
        byte[] missing = sync.normal() + sync.zero() > 0 ? flip(channel.bytes, sync.position() + FLAGS + 3, 1)
                : without;
        replay.set("timeout", SILENT_MILLIS);
        replay.connections.replaceAll(connection -> new Replayer.Connection(connection.bytes(), false));
        replay.with(1, missing, false).run().assertFailed(Kind.PEER, SILENCE);
    }

    @Test
    void shouldGiveUpAChannelThatIsClosedInAPacket() throws Exception {
        PlainChannel channel = recorded.channels.get(0);
        int length = pagePacket(channel).end() - 1;
        replay.with(1, Arrays.copyOf(channel.bytes, length), true).run().assertFailed(Kind.PEER, "channel " + channel.id
                + ", packet \\d+: connection closed by the peer: received \\d+ bytes of a payload, expected \\d+");
    }

    @Test
    void shouldNotTakeAnEndBetweenPacketsForACleanOne() throws Exception {
        PlainChannel channel = recorded.channels.get(0);
        replay.with(1, Arrays.copyOf(channel.bytes, pagePacket(channel).end()), true).run().assertFailed(Kind.STREAM,
                "channel " + channel.id + ": received end of stream before the SYNC of mark \\d+ on the main "
                + "channel, expected SYNC; the source stopped in the middle of the migration");
    }

    @Test
    void shouldRefuseMorePagesThanAPacketHas() throws Exception {
        PlainChannel channel = recorded.channels.get(0);
        replay.with(1, flip(channel.bytes, pagePacket(channel).position() + ALLOCATED + 2, 0x80), true).run()
                .assertFailed(
                Kind.STREAM, "channel " + channel.id
                + ", packet \\d+: packet: received page count \\d+, expected at most 128");
    }

    @Test
    void shouldRefuseAnotherMethodThanAccepted() throws Exception {
        replay.set("multifd-compression", "zlib").run().assertFailed(Kind.STREAM,
                "channel \\d, packet \\d+: received method " + capture.method()
                + " \\(flags 0x\\d\\), expected zlib as multifd-compression says; use one method on both sides");
    }

    @Test
    void shouldGiveUpWhenAllConnectionsAreClosedAnywhere() throws Exception {
        SplittableRandom random = new SplittableRandom(11);
        for (int run = 0; run < 12; run++) {
            double part = random.nextDouble();
            SnapshotReplay cut = new SnapshotReplay(recorded, directory);
            cut.connections.replaceAll(connection -> new Replayer.Connection(
                    Arrays.copyOf(connection.bytes(), 64 + (int) ((connection.bytes().length - 64) * part)), true));
            cut.run();
            assertEquals(true, cut.error != null && (cut.error.kind() == Kind.PEER || cut.error.kind() == Kind.STREAM),
                    "cut at " + part + ": " + cut.error);
            cut.assertFailed(cut.error.kind(), ".+");
        }
    }

    @Test
    void shouldRefuseAMigrationWithoutMultifd() throws Exception {
        replay.set("timeout", SILENT_MILLIS);
        replay.connections.clear();
        replay.connections.add(new Replayer.Connection(Recorded.of(Capture.MAIN_ONLY).main.bytes, true));
        replay.run().assertFailed(Kind.STREAM,
                "received a list of RAM blocks on the main channel and no multifd channel, expected 1\\.\\.255; set "
                + "the capability multifd at the source, and background-snapshot, which excludes it, off");
    }

    /** Main with more where its machine type ends. */
    private byte[] behindTheConfiguration(byte[] more) {
        byte[] bytes = recorded.main.bytes;
        int start = recorded.main.sections.get(0);
        return ByteBuffer.allocate(bytes.length + more.length).put(bytes, 0, start).put(more)
                .put(bytes, start, bytes.length - start).array();
    }

    @Test
    void shouldRefuseAStreamForAFile() throws Exception {
        byte[] subsection = ("\u0005\u001aconfiguration/capabilities\0\0\0\u0001\0\0\0\u0001\nmapped-ram")
                .getBytes(StandardCharsets.ISO_8859_1);
        replay.with(0, behindTheConfiguration(subsection), true).run().assertFailed(Kind.STREAM,
                "configuration: received capability mapped-ram, which changes how RAM is sent, expected none of "
                + "x-ignore-shared, mapped-ram; turn it off at the source");
    }

    @Test
    void shouldRefusePostcopy() throws Exception {
        byte[] adviceThenStart = {8, 0, 3, 0, 0, 8, 0, 4, 0, 0};
        replay.with(0, behindTheConfiguration(adviceThenStart), true).run().assertFailed(Kind.STREAM,
                "main channel: received command 4 \\(POSTCOPY_LISTEN\\): postcopy has started, expected precopy up to "
                + "the end; do not start postcopy, or turn off the capability postcopy-ram \\(for dirty bitmaps: "
                + "dirty-bitmaps\\) at the source");
    }

    @Test
    void shouldRefuseDeviceStateInPackets() throws Exception {
        PlainChannel channel = recorded.channels.get(0);
        replay.with(1, flip(channel.bytes, pagePacket(channel).position() + FLAGS + 3, 0x40), true).run().assertFailed(
                Kind.STREAM, "channel " + channel.id
                + ", packet \\d+: packet: received flags 0x[0-9a-f]+ with device state"
                        + " \\(0x40\\), expected RAM pages only; .+");
    }
}
