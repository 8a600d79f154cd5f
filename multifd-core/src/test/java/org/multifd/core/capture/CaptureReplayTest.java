package org.multifd.core.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationStats;

/** Stock QEMUs' migrations, as they were recorded, are read by a real destination over loopback TCP. */
@ParameterizedClass(name = "{0}")
@FieldSource("org.multifd.core.capture.Capture#MULTIFD")
class CaptureReplayTest {

    private static final int COUNTERS = 64;
    private static final int COUNTERS_AT = 1 << 20;
    private static final int PAGE = 4096;

    @Parameter
    Capture capture;

    private Recorded recorded;

    @BeforeEach
    void load() throws Exception {
        recorded = Recorded.of(capture);
    }

    @Test
    void shouldRebuildTheGuestWithoutBeingToldTheMethod() throws Exception {
        Replay replay = new Replay(recorded).run().assertReceived();
        byte[] ram = replay.block("pc.ram");
        assertEquals(capture.md5(), md5(ram));
        if (capture.running()) {
            assertCountersAreOfOnePass(ram);
        }
    }

    private static String md5(byte[] bytes) throws Exception {
        return String.format("%032x", new BigInteger(1, MessageDigest.getInstance("MD5").digest(bytes)));
    }

    /**
     * The guest adds 1 to byte 0 of its 64 pages in their order, for ever: stopped anywhere, they are
     * v,..,v,v-1,..,v-1.
     */
    private static void assertCountersAreOfOnePass(byte[] ram) {
        int first = ram[COUNTERS_AT];
        int page = 0;
        while (page < COUNTERS && ram[COUNTERS_AT + page * PAGE] == (byte) first) {
            page++;
        }
        while (page < COUNTERS && ram[COUNTERS_AT + page * PAGE] == (byte) (first - 1)) {
            page++;
        }
        assertEquals(COUNTERS, page, "pages that are of this pass or the one before");
    }

    @Test
    void shouldCountWhatWasSent() throws Exception {
        MigrationStats stats = new Replay(recorded).run().assertReceived().stats;
        assertEquals(capture.method(), stats.method());
        assertEquals(PAGE, stats.pageSize());
        assertEquals(recorded.main.blocks.values().stream().mapToLong(length -> length).sum(), stats.ramBytes());
        assertEquals(recorded.main.marks(), stats.rounds());
        assertEquals(recorded.main.bytes.length, stats.mainBytes());
        assertEquals(recorded.main.records.size(), stats.zeroPagesOnMain());
        for (int id = 0; id < capture.channels(); id++) {
            PlainChannel sent = recorded.channel(id);
            MigrationStats.Channel received = stats.channels().get(id);
            assertEquals(new MigrationStats.Channel(sent.bytes.length, sent.packets.size(), sent.normalPages(),
                    sent.zeroPages(), sent.payloadBytes(), received.codecNanos()), received, "channel " + id);
        }
    }

    /** What the recordings' own notes say of them, and what wire-format 6 says of their machine types. */
    @Test
    void shouldBeWhatItsNotesSay() {
        assertEquals(capture.flushRule(), recorded.main.flushRule);
        for (PlainChannel channel : recorded.channels) {
            assertEquals(recorded.main.marks(), channel.syncs, "SYNCs of channel " + channel.id);
            assertEquals("", channel.method);
            assertEquals(capture.running() ? "00000000-0000-0000-0000-000000000000"
                    : "11223344-5566-7788-99aa-bbccddeeff00", channel.uuid.toString());
        }
        if (capture.directory().equals("qemu-7.2") && !capture.running()) {
            assertEquals(774, recorded.guest.distinctNormal);
            assertEquals(3403, recorded.guest.distinctZero);
        }
        boolean zerosInPackets = recorded.channels.stream().anyMatch(channel -> channel.zeroPages() > 0);
        boolean zerosOnMain = !recorded.main.records.isEmpty();
        boolean since9 = capture.directory().equals("qemu-10.0") && !capture.set().contains("machine-8.1");
        assertEquals(since9, zerosInPackets);
        assertEquals(!since9, zerosOnMain);
        assertEquals(since9 ? List.of(11) : List.of(), recorded.main.commands);
    }

    @Test
    void shouldAcceptTheRightMethodInFreshRam() throws Exception {
        new Replay(recorded).intoFreshRam().set("multifd-compression", capture.method()).run().assertReceived();
    }

    @Test
    void shouldTakeConnectionsInAnyOrder() throws Exception {
        List<Replayer.Connection> order = new Replay(recorded).connections;
        for (int mainAt : new int[] {0, order.size() - 1, 1}) {
            Replay replay = new Replay(recorded);
            List<Replayer.Connection> channels = new ArrayList<>(order.subList(1, order.size()));
            Collections.shuffle(channels, new Random(mainAt));
            channels.add(mainAt, order.get(0));
            replay.connections.clear();
            replay.connections.addAll(channels);
            replay.waits = false;
            replay.run().assertReceived();
        }
    }

    @Test
    void shouldRefuseAnotherMethodByBothNames() throws Exception {
        String other = capture.method().equals("zlib") ? "zstd" : "zlib";
        Replay replay = new Replay(recorded).set("multifd-compression", other).run().assertFailedLike(Kind.STREAM,
                "channel \\d, packet \\d: received method " + capture.method() + " \\(flags 0x\\d\\), expected " + other
                        + " as multifd-compression says; use one method on both sides");
        assertEquals(4, replay.error.kind().exitCode());
        assertEquals(0, replay.stats.normalPages(), "pages taken");
    }
}
