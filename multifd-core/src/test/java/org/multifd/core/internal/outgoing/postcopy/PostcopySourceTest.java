package org.multifd.core.internal.outgoing.postcopy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.Eventually;
import org.multifd.core.FileUri;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import org.multifd.core.PostcopySource;
import org.multifd.core.PostcopyStats;
import org.multifd.core.internal.outgoing.postcopy.PostcopyState.Event;
import org.multifd.core.internal.snapshot.RecordedSnapshot;
import org.multifd.core.internal.snapshot.Snapshot;

/** A recorded snapshot is the source of a postcopy migration, into a destination that a test plays. */
@Timeout(60)
class PostcopySourceTest {

    private static final int ALL = Integer.MAX_VALUE;
    private static final int SHORT_MILLIS = 300;
    private static final String SHUT_0 = "0001 0004 00000000";

    @TempDir
    private Path temp;
    private Path file;

    @BeforeEach
    void unpack() throws Exception {
        file = RecordedSnapshot.STOPPED.unpack(temp);
    }

    private PostcopySource.Builder builder(int timeout) {
        return PostcopySource.builder(MethodRegistry.of(), MigrationParameters.builder().set("timeout", timeout)
                .build(), FileUri.of(file));
    }

    private PostcopySource source() throws MigrationException {
        return builder(Eventually.PATIENT_MILLIS).build();
    }

    private static CompletableFuture<PostcopyStats> migrate(PostcopySource source, PostcopyPeer peer) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return source.migrate(peer.address());
            } catch (MigrationException e) {
                throw new CompletionException(e);
            }
        });
    }

    private static MigrationException failure(CompletableFuture<PostcopyStats> migration) {
        return (MigrationException) assertThrows(CompletionException.class, migration::join).getCause();
    }

    @Test
    void shouldSendDeviceStateFirstThenEveryPageOnce() throws Exception {
        try (PostcopyPeer peer = new PostcopyPeer(ALL); PostcopySource source = source()) {
            CompletableFuture<PostcopyStats> migration = migrate(source, peer);
            peer.awaitSeen("end");
            peer.say(SHUT_0);
            PostcopyStats stats = migration.get();
            assertEquals("", peer.awaitEnd());
            String run = "08000200040000004208" + "00050000";
            assertEquals(List.of("configuration pc-i440fx-10.0", "command 1", "command 3 0000000000001000"
                    + "0000000000001000", "ram 0 4"), peer.seen.subList(0, 4));
            assertTrue(peer.seen.get(4).matches("package 080004000004\\.\\." + run), peer.seen.toString());
            assertEquals(List.of("RAM ends", "end"), peer.seen.subList(5, peer.seen.size()));
            assertEquals(RecordedSnapshot.STOPPED.md5(), HexFormat.of().formatHex(MessageDigest.getInstance("MD5")
                    .digest(peer.blocks.get("pc.ram").content)));
            assertEquals(stats.expectedPages(), stats.pushedPages());
            assertEquals(stats.expectedPages(), peer.arrived.size(), "zero pages are not sent");
            assertEquals(PostcopyStats.State.COMPLETED, stats.state());
            assertEquals(0, stats.requests());
        }
    }

    @Test
    void shouldAnswerRequestsWhileTheBackgroundWaits() throws Exception {
        try (PostcopyPeer peer = new PostcopyPeer(ALL); PostcopySource source = builder(Eventually.PATIENT_MILLIS)
                .maxPostcopyBandwidth(100).build(); Snapshot snapshot = Snapshot.open(file)) {
            CompletableFuture<PostcopyStats> migration = migrate(source, peer);
            peer.awaitPing(PostcopyPeer.CHUNK);
            int ram = snapshot.blocks().byName("pc.ram");
            int present = lastPage(snapshot, ram, true);
            int zero = lastPage(snapshot, ram, false);
            peer.request("pc.ram", present * 4096L);
            peer.request(zero * 4096L);
            peer.request(zero * 4096L);
            peer.awaitPage("pc.ram", zero);
            assertTrue(peer.has("pc.ram", present));
            Eventually.await(() -> source.stats().requests() == 3);
            PostcopyStats stats = source.stats();
            assertEquals(1, stats.askedPages());
            assertEquals(1, stats.askedZeroPages());
            assertTrue(stats.medianNanos() > 0 && stats.medianNanos() <= stats.p99Nanos()
                    && stats.p99Nanos() <= stats.worstNanos(), stats.toString());
            assertEquals(1, stats.pushedPages(), "the second one has to wait");
            source.cancel();
            assertTrue(failure(migration).getMessage().startsWith("the guest is at the destination and waits there for "
                    + "the rest of its RAM (migration cancelled): "));
        }
    }

    private static int lastPage(Snapshot snapshot, int block, boolean present) {
        for (int page = (int) snapshot.blocks().get(block).pages() - 1;; page--) {
            if (snapshot.isPresent(block, page * 4096L) == present) {
                return page;
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0003 0013 0000000001000000 00001000 06 70632e72616d | a request for 4096 bytes at byte 16777216 of RAM block "
            + "\"pc.ram\", expected a page within its 16777216 bytes",
        "0003 0013 fffffffffffff000 00001000 06 70632e72616d | a request for 4096 bytes at byte 18446744073709547520 "
            + "of RAM block \"pc.ram\", expected a page within its 16777216 bytes",
        "0003 0013 0000000000000800 00001000 06 70632e72616d | a request for 4096 bytes at byte 2048 of RAM block "
            + "\"pc.ram\", expected a multiple of the page size 4096",
        "0003 0013 0000000000000000 00200000 06 70632e72616d | a request for 2097152 bytes at byte 0 of RAM block "
            + "\"pc.ram\", expected one page of 4096 bytes; the destination's RAM must have pages of this size: no "
            + "huge pages",
        "0003 0013 0000000000000000 ffffffff 06 70632e72616d | a request for 4294967295 bytes at byte 0 of RAM block "
            + "\"pc.ram\", expected one page of 4096 bytes; the destination's RAM must have pages of this size: no "
            + "huge pages",
        "0003 0013 0000000000000000 00001000 06 70632e72616e | RAM block \"pc.ran\" in a request for pages, expected "
            + "one of [pc.ram, pc.rom, 0000:00:02.0/pci-testdev.rom, pc.bios, 0000:00:03.0/pci-testdev.rom]",
        "0003 0013 0000000000000000 00001000 07 70632e72616d | a RAM block's name of 7 bytes in a request for pages, "
            + "expected 6 by the message's length",
        "0003 000d 0000000000000000 00001000 00 | a request for pages (message type 3) of 13 bytes, expected 14 to 268",
        "0003 ffff | a request for pages (message type 3) of 65535 bytes, expected 14 to 268",
        "0004 000c 0000000000000000 00001000 | a request for pages (message type 4) without a RAM block, expected one "
            + "with a name first (message type 3)",
        "0004 000b | a request for pages (message type 4) of 11 bytes, expected 12",
        "0005 0007 06 70632e72616d 0000000000000200 | the list of received pages of RAM block \"pc.ram\", expected it "
            + "once, when it was asked for",
        "0005 0001 00 | the list of received pages with 1 bytes, expected 2 to 256",
        "0006 0004 00000001 | that the destination resumes, expected that only when it was asked to",
        "0006 0004 00000002 | value 2 in message type 6, expected 1",
        "0006 0003 | message type 6 of 3 bytes, expected 4",
        "4854 5450 | message type 18516 (\"HTTP\"), expected 1, 2 or 7"})
    void shouldRefuseByNameWhatIsNotValidOnTheReturnPath(String hex, String message) throws Exception {
        try (PostcopyPeer peer = new PostcopyPeer(PostcopyPeer.CHUNK); PostcopySource source = source()) {
            CompletableFuture<PostcopyStats> migration = migrate(source, peer);
            peer.awaitPing(PostcopyPeer.CHUNK);
            String whole = hex.startsWith("0005 0007") ? hex + "00".repeat(512) + "0123456789abcdef" : hex;
            peer.say(whole);
            MigrationException error = failure(migration);
            assertEquals("the guest is at the destination and waits there for the rest of its RAM (return path: "
                    + "received " + message + "): enter migrate-recover at its monitor, then repeat this command with "
                    + "--resume; do not start the guest anywhere else", error.getMessage());
            assertEquals(Kind.UNKNOWN, error.kind());
        }
    }

    @Test
    void shouldRefuseARequestBeforeTheDeviceState() throws Exception {
        try (PostcopyPeer peer = new PostcopyPeer(PostcopyPeer.LISTED); PostcopySource source = source()) {
            CompletableFuture<PostcopyStats> migration = migrate(source, peer);
            peer.awaitPing(PostcopyPeer.LISTED);
            peer.request("pc.ram", 0);
            MigrationException error = failure(migration);
            assertEquals("return path: received a request for a page of RAM block \"pc.ram\" before the device state "
                    + "was sent, expected none", error.getMessage());
            assertEquals(Kind.STREAM, error.kind());
        }
    }

    /** Brings a migration to a state, by the first ping that is not answered. */
    private static int held(PostcopyState state) {
        return switch (state) {
            case SETUP -> PostcopyPeer.LISTED;
            case PACKAGED -> PostcopyPeer.LOADED;
            case RUNNING -> PostcopyPeer.CHUNK;
            default -> ALL;
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"SETUP", "PACKAGED", "RECOVERING", "RUNNING", "SENT"})
    void shouldEndAsTheTableSays(PostcopyState state) throws Exception {
        for (Event event : List.of(Event.CANCEL, Event.SHUT_0, Event.SHUT_1, Event.END, Event.SILENCE)) {
            for (boolean reset : event == Event.END ? new boolean[] {false, true} : new boolean[] {false}) {
                check(state, event, reset);
            }
        }
    }

    private void check(PostcopyState state, Event event, boolean reset) throws Exception {
        boolean waits = event == Event.SILENCE || event == Event.CANCEL && state == PostcopyState.SENT;
        try (PostcopyPeer peer = new PostcopyPeer(held(state));
                PostcopySource source = builder(waits ? SHORT_MILLIS : Eventually.PATIENT_MILLIS)
                        .resume(state == PostcopyState.RECOVERING).build()) {
            CompletableFuture<PostcopyStats> migration = migrate(source, peer);
            switch (state) {
                case RECOVERING -> peer.awaitSeen("command 10 06" + PostcopyPeer.hex("pc.ram"));
                case SENT -> peer.awaitSeen("end");
                default -> peer.awaitPing(held(state));
            }
            switch (event) {
                case CANCEL -> source.cancel();
                case SHUT_0 -> peer.say(SHUT_0);
                case SHUT_1 -> peer.say("0001 0004 00000001");
                case END -> peer.end(reset);
                default -> { } // the peer says nothing
            }
            PostcopyState expected = state.after(event == Event.CANCEL && waits ? Event.TOO_LONG : event);
            String where = state + " " + event + " " + reset + ": ";
            if (expected == PostcopyState.COMPLETED) {
                assertEquals(PostcopyStats.State.COMPLETED, migration.get().state(), where);
            } else {
                MigrationException error = failure(migration);
                boolean guestMayBeThere = expected == PostcopyState.PAUSED || expected == PostcopyState.UNKNOWN;
                assertEquals(guestMayBeThere, error.kind() == Kind.UNKNOWN, where + error.getMessage());
                assertEquals(expected.name(), source.stats().state().name(), where);
                assertTrue(!error.getMessage().contains("\n") && error.getMessage().length() > 10, where + error);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"multifd-channels=2", "multifd-compression=none", "zero-page-detection=legacy",
        "sync-rule=eos", "checksum=off", "zero-copy-send=off", "max-rounds=2", "deadline=5", "downtime-limit=1",
        "multifd-zstd-level=3"})
    void shouldRefuseParametersThatDoNotApply(String given) {
        String[] parts = given.split("=");
        MigrationParameters parameters = MigrationParameters.builder().set(parts[0], parts[1]).build();
        MigrationException error = assertThrows(MigrationException.class, () -> PostcopySource.builder(
                MethodRegistry.of(), parameters, FileUri.of(file)).build());
        assertEquals(parts[0] + ": received with postcopy-ram on, expected none: all pages travel on the main "
                + "connection, as they are", error.getMessage());
        assertEquals(Kind.USAGE, error.kind());
    }

    @Test
    void shouldRefuseABandwidthThatLooksLikeSilence() {
        MigrationException error = assertThrows(MigrationException.class, () -> builder(1000).maxPostcopyBandwidth(4096)
                .build());
        assertEquals("max-postcopy-bandwidth: received 4096, expected 0 or at least 4097 with timeout 1000: one page "
                + "must not take longer than that", error.getMessage());
    }

    /** A flood of requests, for the same page or for all, costs no memory and no page twice. */
    @Test
    void shouldBearAFloodOfRequests() throws Exception {
        try (PostcopyPeer peer = new PostcopyPeer(ALL); PostcopySource source = builder(Eventually.PATIENT_MILLIS)
                .maxPostcopyBandwidth(100).build(); Snapshot snapshot = Snapshot.open(file)) {
            CompletableFuture<PostcopyStats> migration = migrate(source, peer);
            peer.awaitPing(PostcopyPeer.CHUNK);
            peer.request("pc.ram", 0);
            StringBuilder flood = new StringBuilder();
            for (int page = 0; page < 4096; page++) {
                flood.append(String.format("0004 000c %016x %08x", page * 4096L, 4096).repeat(5));
            }
            peer.say(flood.toString());
            Eventually.await(() -> source.stats().requests() == 5 * 4096 + 1);
            peer.awaitPage("pc.ram", 4095);
            PostcopyStats stats = source.stats();
            long present = snapshot.presentPages(snapshot.blocks().byName("pc.ram"));
            assertEquals(4096, stats.askedPages() + stats.askedZeroPages() + (stats.pushedPages() > 0 ? 1 : 0));
            assertTrue(stats.askedPages() <= present, stats.toString());
            source.cancel();
            assertTrue(failure(migration).getMessage().contains("(migration cancelled)"));
            assertEquals("", peer.awaitEnd());
        }
    }

    /** The first restore writes down what was asked for, and the second one pushes it first. */
    @Test
    void shouldPushTheWorkingSetFirst() throws Exception {
        Path set = temp.resolve("set");
        try (Snapshot snapshot = Snapshot.open(file)) {
            int ram = snapshot.blocks().byName("pc.ram");
            List<Integer> pages = IntStream.range(0, 4096).boxed().filter(page -> snapshot.isPresent(ram, page * 4096L))
                    .toList();
            int last = pages.get(pages.size() - 1);
            int middle = pages.get(pages.size() / 2);
            try (PostcopyPeer peer = new PostcopyPeer(ALL); PostcopySource source = builder(Eventually.PATIENT_MILLIS)
                    .maxPostcopyBandwidth(100).workingSet(set).build()) {
                CompletableFuture<PostcopyStats> migration = migrate(source, peer);
                peer.awaitPing(PostcopyPeer.CHUNK);
                peer.request("pc.ram", last * 4096L);
                peer.request(middle * 4096L);
                peer.request((lastPage(snapshot, ram, false)) * 4096L);
                Eventually.await(() -> source.stats().askedZeroPages() == 1);
                source.cancel();
                failure(migration);
            }
            try (PostcopyPeer peer = new PostcopyPeer(ALL); PostcopySource source = builder(Eventually.PATIENT_MILLIS)
                    .workingSet(set).build()) {
                CompletableFuture<PostcopyStats> migration = migrate(source, peer);
                peer.awaitSeen("end");
                peer.say(SHUT_0);
                migration.get();
                assertEquals(List.of("pc.ram " + last, "pc.ram " + middle), peer.arrived.subList(0, 2));
            }
        }
    }

    @Test
    void shouldSayThatTheFileWasCutAndKeepTheGuest() throws Exception {
        try (PostcopyPeer peer = new PostcopyPeer(ALL); PostcopySource source = builder(Eventually.PATIENT_MILLIS)
                .maxPostcopyBandwidth(100).build(); Snapshot snapshot = Snapshot.open(file)) {
            CompletableFuture<PostcopyStats> migration = migrate(source, peer);
            peer.awaitPing(PostcopyPeer.CHUNK);
            try (FileChannel cut = FileChannel.open(file, StandardOpenOption.WRITE)) {
                cut.truncate(4096);
            }
            int ram = snapshot.blocks().byName("pc.ram");
            peer.request("pc.ram", lastPage(snapshot, ram, true) * 4096L);
            MigrationException error = failure(migration);
            assertTrue(error.getMessage().matches("the guest is at the destination and waits there for the rest of its "
                    + "RAM \\(\\S+: the file ends at byte \\d+, expected 4096 bytes more; it was cut since it was "
                    + "opened\\): enter migrate-recover .*"), error.getMessage());
            assertEquals(Kind.UNKNOWN, error.kind());
        }
    }

    @Test
    void shouldMissTheMethodBeforeItConnects() throws Exception {
        Path compressed = temp.resolve("compressed.mig");
        try (MigrationDestination convert = MigrationDestination.intoFile(MethodRegistry.load(),
                MigrationParameters.builder().set("snapshot-compression", "zstd").build(), compressed, false)) {
            convert.listen("file:" + file);
            convert.receive();
        }
        file = compressed;
        try (PostcopySource source = source()) {
            MigrationException error = assertThrows(MigrationException.class, () -> source.migrate("unix:/nobody"));
            assertEquals(Kind.METHOD, error.kind());
            assertTrue(error.getMessage().startsWith("method zstd: no provider found"), error.getMessage());
        }
    }

    /** A destination that resumes has some of the pages; only the others are sent. */
    @Test
    void shouldSendWhatADestinationDoesNotHave() throws Exception {
        try (PostcopyPeer peer = new PostcopyPeer(ALL); PostcopySource source = builder(Eventually.PATIENT_MILLIS)
                .resume(true).build(); Snapshot snapshot = Snapshot.open(file)) {
            CompletableFuture<PostcopyStats> migration = migrate(source, peer);
            for (int i = 0; i < snapshot.blocks().count(); i++) {
                String name = snapshot.blocks().get(i).name();
                int pages = (int) snapshot.blocks().get(i).pages();
                peer.blocks.put(name, new PostcopyPeer.Block(pages * 4096));
                peer.awaitSeen(String.format("command 10 %02x", name.length()) + PostcopyPeer.hex(name));
                ByteBuffer bits = ByteBuffer.allocate((pages + 63) / 64 * 8);
                if (name.equals("pc.ram")) {
                    bits.put(0, (byte) 0b11); // pages 0 and 1
                    peer.blocks.get(name).received.set(0, 2);
                }
                peer.say(String.format("0005 %04x %02x", 1 + name.length(), name.length()) + PostcopyPeer.hex(name)
                        + String.format("%016x", bits.capacity()) + HexFormat.of().formatHex(bits.array())
                        + "0123456789abcdef");
            }
            peer.awaitSeen("command 9");
            peer.say("0006 0004 00000001");
            peer.awaitSeen("end");
            peer.say(SHUT_0);
            PostcopyStats stats = migration.get();
            assertEquals("", peer.awaitEnd());
            assertEquals(2, stats.presentPages());
            long there = (snapshot.isPresent(0, 0) ? 1 : 0) + (snapshot.isPresent(0, 4096) ? 1 : 0);
            assertEquals(stats.expectedPages() - there, stats.pushedPages());
        }
    }

    @Test
    void shouldSayThatAListOfReceivedPagesIsOfAnotherGuest() throws Exception {
        try (PostcopyPeer peer = new PostcopyPeer(ALL); PostcopySource source = builder(Eventually.PATIENT_MILLIS)
                .resume(true).build()) {
            CompletableFuture<PostcopyStats> migration = migrate(source, peer);
            peer.awaitSeen("command 10 06" + PostcopyPeer.hex("pc.ram"));
            peer.say("0005 0007 06 70632e72616d 0000000000000400");
            assertEquals("not resumed: return path: received the list of received pages of RAM block \"pc.ram\" in "
                    + "1024 bytes, expected 512; the snapshot is of another guest; the guest is at the destination as "
                    + "before and waits there: enter migrate-recover at its monitor, then repeat this command with "
                    + "--resume; do not start the guest anywhere else", failure(migration).getMessage());
        }
    }
}
