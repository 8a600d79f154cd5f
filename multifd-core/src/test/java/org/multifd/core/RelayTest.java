package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;

/** Ours migrate through relays, and RAM arrives as if there was none. */
class RelayTest {

    private static final MethodRegistry METHODS = MethodRegistry.load();
    private static final List<String> NAMES = List.of("none", "zlib", "zstd", "lz4");
    private static final byte[] STATE = {1, 2, 3, 0, 6};

    static Stream<Arguments> pairs() {
        return NAMES.stream().flatMap(in -> NAMES.stream().map(out -> Arguments.of(in, out)));
    }

    /** Migrates a running guest; what the source says of it. */
    static MigrationStats migrate(MethodRegistry registry, MigrationParameters.Builder given, String expectedMethod,
            MigrationDestination destination, String address) throws Exception {
        MigrationParameters parameters = given.build();
        try (TestGuest guest = new TestGuest(TestGuest.ram(4096, 6 << 20, 64 << 10), 7, STATE)) {
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            guest.start();
            MigrationStats sent = new MigrationSource(registry, parameters, guest.ram, guest.log, guest)
                    .migrate(address);
            assertEquals(expectedMethod, received.get().method());
            MigrationTest.assertSame(guest.ram, destination.ram());
            assertArrayEquals(STATE, destination.deviceState());
            return sent;
        }
    }

    private static MigrationDestination destination(int channels) {
        return new MigrationDestination(METHODS, MigrationParameters.builder().set("multifd-channels", channels)
                .build(), RamSupplier.allocating(1 << 30));
    }

    private static MigrationParameters.Builder source(String method, int channels) {
        return MigrationParameters.builder().set("multifd-compression", method).set("multifd-channels", channels);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void shouldChangeTheMethod(String in, String out) throws Exception {
        try (MigrationDestination destination = destination(2);
                Relaying relaying = new Relaying(METHODS, out, destination.listen("tcp:127.0.0.1:0"))) {
            MigrationStats sent = migrate(METHODS, source(in, 2), out, destination, relaying.address);
            RelayStats relayed = relaying.relayed();
            assertEquals(in, relayed.incomingMethod());
            assertEquals(out, relayed.outgoingMethod());
            assertEquals(sent.normalPages(), relayed.normalPages());
            assertEquals(sent.zeroPages(), relayed.zeroPages());
            assertEquals(sent.wireBytes(), relayed.bytesIn() + relayed.returnBytes());
            assertEquals(sent.ramBytes(), relayed.ramBytes());
            assertEquals(sent.ratio(), relayed.ratioIn());
            assertEquals(out.equals("none"), relayed.ratioOut() == 1);
            assertTrue(relayed.confirmed());
            assertTrue(relayed.rounds() > sent.rounds(), relayed + " of " + sent);
        }
    }

    @ParameterizedTest
    @CsvSource({"4096,1,multifd,flush", "16384,3,legacy,flush", "65536,4,none,flush", "4096,255,multifd,eos"})
    void shouldKeepWhatItDoesNotChange(int pageSize, int channels, String zeroPages, String rule) throws Exception {
        try (TestGuest guest = new TestGuest(TestGuest.ram(pageSize, 6 << 20, 64 << 10), 9, STATE);
                MigrationDestination destination = destination(channels);
                Relaying relaying = new Relaying(METHODS, "lz4", destination.listen("tcp:127.0.0.1:0"))) {
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            guest.start();
            MigrationStats sent = new MigrationSource(METHODS, source("none", channels).set("zero-page-detection",
                    zeroPages)
                    .set("sync-rule", rule).build(), guest.ram, guest.log, guest).migrate(relaying.address);
            MigrationStats arrived = received.get();
            MigrationTest.assertSame(guest.ram, destination.ram());
            RelayStats relayed = relaying.relayed();
            assertEquals(channels, relayed.channels().size());
            assertEquals(pageSize, relayed.pageSize());
            assertEquals(sent.zeroPagesOnMain(), relayed.zeroPagesOnMain());
            assertEquals(sent.mainBytes(), relayed.mainBytes() + relayed.returnBytes());
            assertEquals(arrived.rounds(), relayed.rounds());
        }
    }

    @Test
    void shouldCarryAMethodBetweenTwoRelaysThatNeitherEndHas() throws Exception {
        MethodRegistry ends = MethodRegistry.of(new PlainMethod("plain"));
        MethodRegistry relays = MethodRegistry.load();
        relays.register(new PlainMethod("plain"));
        try (MigrationDestination destination = new MigrationDestination(ends, MigrationParameters.defaults(),
                RamSupplier.allocating(1 << 30));
                Relaying second = new Relaying(relays, "plain", destination.listen("tcp:127.0.0.1:0"));
                Relaying first = new Relaying(relays, "lz4", second.address)) {
            MigrationStats sent = migrate(ends, source("plain", 2), "plain", destination, first.address);
            RelayStats packed = first.relayed();
            RelayStats unpacked = second.relayed();
            assertEquals("lz4", unpacked.incomingMethod());
            assertTrue(packed.ratioOut() > 1.2, packed.toString());
            assertEquals(packed.bytesOut(), unpacked.bytesIn());
            assertEquals(packed.bytesIn(), unpacked.bytesOut());
            assertEquals(sent.wireBytes(), unpacked.bytesOut() + unpacked.returnBytes());
        }
    }

    /** A method makes its buffers and windows of that size. */
    @ParameterizedTest
    @CsvSource({"4096,''", "16384,''", "65536,''", "16384,',plain'"})
    void shouldTellMethodsTheGuestsPageSize(int pageSize, String alternatives) throws Exception {
        Set<String> told = ConcurrentHashMap.newKeySet();
        MethodRegistry relays = MethodRegistry.of(noting("plain", told), noting("other", told));
        MethodRegistry ends = MethodRegistry.of(new PlainMethod("plain"), new PlainMethod("other"));
        try (TestGuest guest = new TestGuest(TestGuest.ram(pageSize, 1 << 20), 9, STATE);
                MigrationDestination destination = new MigrationDestination(ends, MigrationParameters.defaults(),
                        RamSupplier.allocating(1 << 30));
                Relaying relaying = new Relaying(relays, "other" + alternatives,
                        destination.listen("tcp:127.0.0.1:0"))) {
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            new MigrationSource(ends, source("plain", 2).build(), guest.ram, guest.log, guest)
                    .migrate(relaying.address);
            received.get();
            relaying.relayed();
        }
        assertEquals(Set.of("recv plain " + pageSize, "send other " + pageSize), told);
    }

    private static MultiFDMethods noting(String name, Set<String> told) {
        return new PlainMethod(name) {
            @Override
            public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
                told.add("send " + name + " " + params.pageSize());
                return super.sendSetup(params);
            }

            @Override
            public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
                told.add("recv " + name + " " + params.pageSize());
                return super.recvSetup(params);
            }
        };
    }

    @Test
    void shouldNegotiateOnEitherSide() throws Exception {
        MethodRegistry ends = MethodRegistry.of(new PlainMethod("plain"), new PlainMethod("other"));
        try (MigrationDestination destination = new MigrationDestination(ends, MigrationParameters.defaults(),
                RamSupplier.allocating(1 << 30));
                Relaying relaying = new Relaying(ends, "other,plain", destination.listen("tcp:127.0.0.1:0"))) {
            migrate(ends, source("plain,other", 2), "other", destination, relaying.address);
            assertEquals("plain", relaying.relayed().incomingMethod());
        }
    }

    @Test
    void shouldRelayOneMigrationAfterAnother() throws Exception {
        try (MigrationDestination first = destination(2)) {
            String address = first.listen("tcp:127.0.0.1:0");
            try (Relaying relaying = new Relaying(METHODS, "zstd", address)) {
                migrate(METHODS, source("none", 2), "zstd", first, relaying.address);
                relaying.relayed();
                for (int channels = 1; channels < 4; channels++) {
                    try (MigrationDestination next = destination(channels)) {
                        next.listen(address);
                        migrate(METHODS, source("zlib", channels), "zstd", next, relaying.address);
                        assertEquals(channels, relaying.relayed().channels().size());
                    }
                }
            }
        }
    }
}
