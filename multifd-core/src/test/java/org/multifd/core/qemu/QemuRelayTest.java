package org.multifd.core.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.core.Eventually;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.RelayStats;
import org.multifd.core.Relaying;

/** A stock, unpatched QEMU migrates through relays into another one, and the running guest goes on there. */
@ParameterizedClass(name = "{0}")
@MethodSource("org.multifd.core.qemu.QemuBinary#all")
@Tag("qemu")
class QemuRelayTest extends EachQemu {

    private static final MethodRegistry METHODS = MethodRegistry.load();

    private static String accepts(Qemu destination, String method, int channels, boolean returnPath) throws Exception {
        destination.configure(method, channels, returnPath);
        return destination.listen();
    }

    /** Migrates to where the relay listens; the guest goes on at the destination. */
    private static void migrate(Qemu source, String method, int channels, boolean returnPath, String uri,
            Qemu destination)
            throws Exception {
        source.configure(method, channels, returnPath);
        source.migrate(uri);
        assertEquals("completed", source.awaitEnd());
        assertEquals("completed", destination.awaitEnd());
        CounterGuest.assertGoesOn(destination, CounterGuest.passes(source.ram()));
    }

    static Stream<Arguments> pairs() {
        return Stream.of("none", "zlib", "zstd").flatMap(in -> Stream.of("none", "zlib", "zstd")
                .map(out -> Arguments.of(in, out)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void shouldChangeTheMethodBetweenTwoQemus(String in, String out) throws Exception {
        relay(in, out, 2, true);
    }

    @ParameterizedTest
    @CsvSource({"none,zstd,1,false", "zlib,none,2,false", "zstd,none,4,true", "none,zlib,4,false", "zstd,zlib,16,true"})
    void shouldPassOnAsManyChannelsAsCome(String in, String out, int channels, boolean returnPath) throws Exception {
        relay(in, out, channels, returnPath);
    }

    private void relay(String in, String out, int channels, boolean returnPath) throws Exception {
        try (Qemu source = Qemu.counting(binary, directory("source")); Qemu destination = Qemu.waiting(binary,
                directory("destination"));
                Relaying relaying = new Relaying(METHODS, out, accepts(destination, out, channels, returnPath))) {
            migrate(source, in, channels, returnPath, relaying.address, destination);
            RelayStats relayed = relaying.relayed();
            assertEquals(in, relayed.incomingMethod());
            assertEquals(out, relayed.outgoingMethod());
            assertEquals(channels, relayed.channels().size());
            assertEquals(returnPath, relayed.confirmed());
            assertTrue(relayed.rounds() > 1 && relayed.ramBytes() >= 16 << 20, relayed.toString());
            if (in.equals(out)) {
                assertWastesNothing(relayed);
            }
        }
    }

    /** The source's payloads have left as they came, and little beside them. */
    private static void assertWastesNothing(RelayStats relayed) {
        for (RelayStats.Channel channel : relayed.channels()) {
            assertEquals(channel.payloadBytesIn(), channel.payloadBytesOut());
            assertTrue(channel.bytesOut() <= 1.02 * channel.bytesIn(), channel.toString());
        }
    }

    @ParameterizedTest
    @CsvSource({"1,false", "2,true", "4,false"})
    void shouldCarryAMethodThatQemuHasNot(int channels, boolean returnPath) throws Exception {
        try (Qemu source = Qemu.counting(binary, directory("source")); Qemu destination = Qemu.waiting(binary,
                directory("destination"));
                Relaying second = new Relaying(METHODS, "none", accepts(destination, "none", channels, returnPath));
                Relaying first = new Relaying(METHODS, "lz4", second.address)) {
            migrate(source, "none", channels, returnPath, first.address, destination);
            assertEquals("lz4", first.relayed().outgoingMethod());
            assertEquals("lz4", second.relayed().incomingMethod());
        }
    }

    @ParameterizedTest
    @CsvSource({"lz4,1,true", "lz4,4,false", "zstd,2,true", "none,2,true"})
    void shouldCompareTheSumOfThePagesBetweenTwoRelays(String method, int channels, boolean returnPath)
            throws Exception {
        AtomicInteger sums = new AtomicInteger();
        try (Qemu source = Qemu.counting(binary, directory("source"));
                Qemu destination = Qemu.waiting(binary, directory("destination"));
                Relaying second = new Relaying(METHODS, "none", accepts(destination, "none", channels, returnPath));
                SpoilingProxy between = new SpoilingProxy(second.address, channels + 1,
                        connection -> new PageSumWatch(sums, false));
                Relaying first = new Relaying(METHODS, method, between.address())) {
            migrate(source, "none", channels, returnPath, first.address, destination);
            RelayStats left = first.relayed();
            RelayStats came = second.relayed();
            assertEquals(left.normalPages(), came.normalPages());
            assertTrue(came.normalPages() > 0, came.toString());
            // one with each SYNC, on each channel; that the second relay compares them, the next test shows
            assertEquals(came.rounds() * channels, sums.get());
        }
    }

    @ParameterizedTest
    @CsvSource({"lz4,1,true", "zstd,2,true", "none,2,false"})
    void shouldRefuseAnotherSumOfThePagesThanTheFirstRelayHad(String method, int channels, boolean returnPath)
            throws Exception {
        AtomicInteger sums = new AtomicInteger();
        try (Qemu source = Qemu.counting(binary, directory("source"));
                Qemu destination = Qemu.waiting(binary, directory("destination"));
                Relaying second = new Relaying(METHODS, "none", accepts(destination, "none", channels, returnPath));
                SpoilingProxy between = new SpoilingProxy(second.address, channels + 1,
                        connection -> new PageSumWatch(sums, true));
                Relaying first = new Relaying(METHODS, method, between.address())) {
            source.configure("none", channels, returnPath);
            source.migrate(first.address);
            MigrationException error = second.next().error();
            assertTrue(error != null, "the second relay has not compared");
            assertTrue(error.getMessage().matches("channel \\d, packet \\d+ from the source: received pages with the"
                    + " sum 0x[0-9a-f]{16}, expected 0x[0-9a-f]{16} as the multifd peer had it before method " + method
                    + " encoded them; the method changed pages, at one of both sides, or its versions there do not "
                    + "agree"), error.getMessage());
            assertEquals(Kind.STREAM, error.kind());
            String decision = destination.awaitDecided();
            assertTrue(List.of("failed", "exited").contains(decision), decision);
        }
    }

    @Test
    void shouldDoWhatTheHowToSays() throws Exception {
        try (Qemu source = Qemu.counting(binary, directory("source")); Qemu destination = Qemu.waiting(binary,
                directory("destination"))) {
            String uri = absent();
            HowTo.type(destination, "relay.md", "destination", Map.of("tcp:127.0.0.1:4444", uri));
            try (Relaying unpacking = new Relaying(METHODS, "none", uri);
                    Relaying packing = new Relaying(METHODS, "lz4", unpacking.address)) {
                HowTo.type(source, "relay.md", "source", Map.of("tcp:127.0.0.1:4446", packing.address));
                assertEquals("completed", source.awaitEnd());
                CounterGuest.assertGoesOn(destination, CounterGuest.passes(source.ram()));
                assertEquals(4, packing.relayed().channels().size());
                assertTrue(unpacking.relayed().confirmed());
            }
        }
    }

    private static String absent() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return "tcp:127.0.0.1:" + socket.getLocalPort();
        }
    }

    @Test
    void shouldServeTheNextMigrationWhenTheDestinationWasAbsent() throws Exception {
        String uri = absent();
        try (Qemu source = Qemu.counting(binary, directory("source")); Qemu destination = Qemu.waiting(binary,
                directory("destination"));
                Relaying relaying = new Relaying(METHODS, "zstd", uri)) {
            source.configure("none", 4, true);
            source.migrate(relaying.address);
            assertEquals("failed", source.awaitEnd());
            MigrationException error = relaying.next().error();
            assertEquals("cannot connect to " + uri + ": Connection refused; is the destination waiting there?",
                    error.getMessage());
            assertEquals(Kind.PEER, error.kind());
            destination.configure("zstd", 4, true);
            destination.execute("migrate-incoming", "{\"uri\": \"" + uri + "\"}");
            // A QEMU, old or new, whose channels break while it waits for them at a mark may never end its migration.
            try (Qemu another = Qemu.counting(binary, directory("another"))) {
                another.configure("none", 4, true);
                another.migrate(relaying.address);
                assertEquals("completed", another.awaitEnd());
                assertEquals(4, relaying.relayed().channels().size());
                CounterGuest.assertGoesOn(destination, CounterGuest.passes(another.ram()));
            }
        }
    }

    private static void awaitPages(Relaying relaying) throws InterruptedException {
        Eventually.await(() -> relaying.relay.stats().normalPages() > 0);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void shouldEndBothWhenTheSourceDies(boolean returnPath) throws Exception {
        try (Qemu source = Qemu.counting(binary, directory("source")); Qemu destination = Qemu.waiting(binary,
                directory("destination"));
                Relaying relaying = new Relaying(METHODS, "zstd", accepts(destination, "zstd", 2, returnPath))) {
            source.configure("none", 2, returnPath);
            // slow enough to be in the middle of it
            source.execute("migrate-set-parameters", "{\"max-bandwidth\": 100000}");
            source.migrate(relaying.address);
            awaitPages(relaying);
            source.kill();
            MigrationException error = relaying.next().error();
            assertEquals(Kind.PEER, error.kind(), error.getMessage());
            assertTrue(error.getMessage().contains("source"), error.getMessage());
            destination.awaitExit();
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void shouldEndBothWhenTheDestinationDies(boolean returnPath) throws Exception {
        try (Qemu source = Qemu.counting(binary, directory("source")); Qemu destination = Qemu.waiting(binary,
                directory("destination"));
                Relaying relaying = new Relaying(METHODS, "zstd", accepts(destination, "zstd", 2, returnPath))) {
            source.configure("none", 2, returnPath);
            // slow enough to be in the middle of it
            source.execute("migrate-set-parameters", "{\"max-bandwidth\": 100000}");
            source.migrate(relaying.address);
            awaitPages(relaying);
            destination.kill();
            MigrationException error = relaying.next().error();
            assertEquals(Kind.PEER, error.kind(), error.getMessage());
            assertTrue(error.getMessage().contains("destination"), error.getMessage());
            assertEquals("failed", source.awaitEnd());
        }
    }
}
