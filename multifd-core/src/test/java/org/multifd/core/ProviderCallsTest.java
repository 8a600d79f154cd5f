package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.Misbehaving.Misbehaviour;
import org.multifd.core.Misbehaving.Operation;
import org.multifd.core.internal.provider.ProviderFixture;
import org.multifd.core.internal.wire.Text;

/**
 * Each operation of a provider, each way to misbehave in it, at each end that calls it: the migration ends in the
 * words that fit, its peers are told, each set-up is closed once, on its own thread, and a relay serves the next
 * migration.
 */
class ProviderCallsTest {

    private static final int TIMEOUT = 1000;
    private static final String METHOD = "method bad of " + Pattern.quote("org.multifd.core "
            + Misbehaving.class.getModule().getDescriptor().rawVersion().orElseThrow() + " ("
            + ProviderFixture.location(Misbehaving.class) + ")");
    private static final String VERIFY = "; multifd verify tries its provider rule by rule";

    @TempDir
    Path directory;

    /** Who calls it. */
    enum End {
        SOURCE, DESTINATION, RELAY_IN, RELAY_OUT;

        boolean calls(Operation operation) {
            return switch (operation) {
                case SEND_SETUP, PREPARE, SENDER_ROUND, SENDER_CLOSE -> this == SOURCE || this == RELAY_OUT;
                case RECV_SETUP, RECV, RECEIVER_ROUND, RECEIVER_CLOSE -> this == DESTINATION || this == RELAY_IN;
                default -> false;
            };
        }
    }

    record Case(End end, Operation operation, Misbehaviour misbehaviour) {

        boolean succeeds() {
            return misbehaviour.works() || operation.isClose();
        }

        /** The kind of failure that the end reports. */
        Kind kind() {
            return switch (misbehaviour) {
                case METHOD_EXCEPTION, GIANT_MESSAGE -> operation == Operation.RECV
                        || operation == Operation.RECEIVER_ROUND
                        ? Kind.STREAM : Kind.METHOD;
                case NEVER_RETURNS -> Kind.METHOD;
                default -> Kind.INTERNAL;
            };
        }

        String message() {
            String text = switch (misbehaviour) {
                case EXCEPTION -> broken("IllegalStateException: a bug");
                case ERROR -> broken("AssertionError: a bug");
                case STACK_OVERFLOW -> broken("StackOverflowError");
                case UNREADABLE -> broken("Unreadable");
                case NULL -> broken("received null, expected a MultiFD"
                        + (operation == Operation.SEND_SETUP ? "Sender" : "Receiver"));
                case METHOD_EXCEPTION -> operation.isSetUp() ? "method bad cannot be set up: cannot"
                        : "cannot";
                case GIANT_MESSAGE -> (operation.isSetUp() ? "method bad cannot be set up: " : "")
                        + "\\[2Jx{297}\\.\\.\\.";
                case NEVER_RETURNS -> METHOD + " did not return from " + operation.shown + " within " + TIMEOUT
                        + " ms and its thread is given up" + VERIFY + ", or raise timeout if it is only slow";
                default -> "no room; raise -Xmx or -XX:MaxDirectMemorySize";
            };
            return misbehaviour == Misbehaviour.OUT_OF_MEMORY ? text : place() + text;
        }

        private String broken(String how) {
            return METHOD + " broke its contract in " + operation.shown + ": " + how + VERIFY;
        }

        private String place() {
            return switch (end) {
                case SOURCE, DESTINATION -> "channel [01]" + (operation.isSetUp() ? "" : ", packet [0-9]+") + ": ";
                case RELAY_IN -> "channel [01], packet [0-9]+ from the source: ";
                case RELAY_OUT -> "channel [01], packet [0-9]+ to the destination: ";
            };
        }

        @Override
        public String toString() {
            return end + " " + operation + " " + misbehaviour;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(End.values()).flatMap(end -> Stream.of(Operation.values()).filter(end::calls)
                .flatMap(operation -> Stream.of(Misbehaviour.values())
                        .filter(how -> how != Misbehaviour.NULL || operation.isSetUp())
                        .map(how -> new Case(end, operation, how))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void shouldEndInTheMethodsName(Case of) throws Exception {
        Misbehaving bad = new Misbehaving("bad", of.operation, of.misbehaviour);
        switch (of.end) {
            case SOURCE, DESTINATION -> direct(of, bad);
            default -> relayed(of, bad);
        }
        assertTrue(bad.hasMisbehaved());
        assertEquals(List.of(), bad.found, "each call finds the environment that it should");
        assertEquals(bad.setUps.get(), bad.closes.get(), "each set-up is closed once");
    }

    private static void assertEnded(Case of, MigrationException error) {
        if (of.succeeds()) {
            assertNull(error);
        } else {
            assertNotNull(error);
            assertTrue(error.getMessage().matches(of.message()), error.getMessage() + "\nexpected " + of.message());
            assertEquals(of.kind(), error.kind());
        }
    }

    private static int timeout(Case of) {
        return of.misbehaviour == Misbehaviour.NEVER_RETURNS ? TIMEOUT : 30_000;
    }

    private static void direct(Case of, Misbehaving bad) throws Exception {
        boolean source = of.end == End.SOURCE;
        try (Pair pair = new Pair()) {
            MethodRegistry good = MethodRegistry.of(new PlainMethod("bad"));
            pair.sourceMethods = source ? MethodRegistry.of(bad) : good;
            pair.destinationMethods = source ? good : MethodRegistry.of(bad);
            pair.source.set("multifd-compression", "bad");
            (source ? pair.source : pair.destination).set("timeout", timeout(of));
            pair.run();
            MigrationException here = source ? pair.sourceError : pair.destinationError;
            MigrationException there = source ? pair.destinationError : pair.sourceError;
            assertEnded(of, here);
            assertEquals(of.succeeds(), there == null, "the other end is told");
            if (!of.succeeds() && !source) {
                assertEquals("the destination failed: " + Text.oneLine(here.getMessage()), there.getMessage());
            }
            bad.letGo();
        }
    }

    private void relayed(Case of, Misbehaving bad) throws Exception {
        boolean in = of.end == End.RELAY_IN;
        MethodRegistry methods = MethodRegistry.of(bad, new PlainMethod("other"));
        MethodRegistry good = MethodRegistry.of(new PlainMethod("bad"), new PlainMethod("other"));
        String address = "unix:" + directory.resolve("to");
        try (Relaying relaying = new Relaying(methods, in ? "other" : "bad", address, "timeout", timeout(of))) {
            try {
                Relaying.Outcome outcome = pass(of.succeeds(), good, relaying, address, in);
                assertEnded(of, outcome.error());
                assertNull(pass(true, good, relaying, address, in).error(), "the next migration");
            } finally {
                bad.letGo();
            }
        }
    }

    /** One migration through the relay; both peers notice when it fails. */
    private static Relaying.Outcome pass(boolean succeeds, MethodRegistry good, Relaying relaying, String address,
            boolean in) throws Exception {
        try (MigrationDestination destination = new MigrationDestination(good, MigrationParameters.defaults(),
                RamSupplier.allocating(1 << 30));
                TestGuest guest = new TestGuest(TestGuest.ram(4096, 2 << 20), 3, new byte[0])) {
            destination.listen(address);
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            MigrationSource source = new MigrationSource(good, MigrationParameters.builder()
                    .set("multifd-compression", in ? "bad" : "other").build(), guest.ram, guest.log, guest);
            MigrationException told = null;
            try {
                source.migrate(relaying.address);
            } catch (MigrationException e) {
                told = e;
            }
            Relaying.Outcome outcome = relaying.next();
            assertEquals(succeeds, told == null, "the source: " + told);
            if (destination.stats().state() == MigrationStats.State.SETUP) {
                destination.cancel();
            }
            assertEquals(succeeds, received.handle((stats, e) -> e == null).get(), "the destination");
            return outcome;
        }
    }

    /** A probe is asked on a thread of its own; what it does is the reason why the method cannot be used. */
    @ParameterizedTest
    @EnumSource(value = Misbehaviour.class, names = "OUT_OF_MEMORY", mode = EnumSource.Mode.EXCLUDE)
    void shouldTakeAMisbehavingProbeForUnusable(Misbehaviour how) throws Exception {
        Misbehaving bad = new Misbehaving("bad", Operation.AVAILABILITY, how);
        try (Pair pair = new Pair()) {
            pair.sourceMethods = MethodRegistry.of(bad);
            pair.destinationMethods = MethodRegistry.of(new PlainMethod("bad"));
            pair.source.set("multifd-compression", "bad");
            pair.run();
            String why = switch (how) {
                case EXCEPTION -> "failed: IllegalStateException: a bug";
                case ERROR -> "failed: AssertionError: a bug";
                case STACK_OVERFLOW -> "failed: StackOverflowError";
                case UNREADABLE -> "failed: Unreadable";
                case METHOD_EXCEPTION -> "failed: IllegalStateException: org.multifd.api.MultiFDException: cannot";
                case GIANT_MESSAGE -> "failed: IllegalStateException: org.multifd.api.MultiFDException: [2J"
                        + "x".repeat(240) + "...";
                case NULL -> "gave null";
                default -> "did not answer within 5 s";
            };
            if (how.works()) {
                assertNull(pair.sourceError);
            } else {
                String start = "method bad: unusable: " + METHOD.substring("method bad of ".length())
                        + ": availability\\(\\) ";
                assertTrue(pair.sourceError.getMessage().matches(start + Pattern.quote(why) + "; usable: .*"),
                        pair.sourceError.getMessage());
                assertEquals(Kind.METHOD, pair.sourceError.kind());
            }
            bad.letGo();
        }
        assertEquals(List.of(), bad.found);
    }

    /** The program's memory is not the method's: here it cannot be written. */
    @Test
    void shouldNotBlameAMethodForMemoryThatCannotBeUsed() throws Exception {
        try (Pair pair = new Pair()) {
            pair.supplier = (pageSize, lengths) -> {
                GuestRam.Builder ram = GuestRam.builder(pageSize);
                lengths.forEach((block, length) -> ram.block(block,
                        ByteBuffer.allocateDirect(Math.toIntExact(length)).asReadOnlyBuffer()));
                return ram.build();
            };
            pair.run();
            String message = pair.destinationError.getMessage();
            assertTrue(message.matches("channel [01], packet [0-9]+: the memory of RAM block \".*\" cannot be used: "
                    + "it is read-only, expected memory that can be written"), message);
            assertEquals(Kind.USAGE, pair.destinationError.kind());
            assertEquals("the destination failed: " + message, pair.sourceError.getMessage());
        }
    }
}
