package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDParams;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.core.MigrationException.Kind;

/** What the channels of a migration share, and what a provider holds beyond them: made once, closed once, in order. */
class SharedObjectsTest {

    @TempDir
    Path directory;

    /** What the maker or the close of the shared object does. */
    enum Way {
        WORKS, NO_DICTIONARY, NULL, BUG, CLOSE_FAILS, RELEASE_FAILS
    }

    /** Notes what becomes of the object that its senders share, of its channels, and of itself. */
    private static final class Sharing extends PlainMethod {

        final List<String> notes = new CopyOnWriteArrayList<>();
        final Way way;
        volatile Runnable meanwhile = () -> { };

        Sharing(Way way) {
            super("sharing");
            this.way = way;
        }

        private final class Dictionary implements AutoCloseable {

            Dictionary() {
                notes.add("made");
            }

            @Override
            public void close() {
                notes.add("closed");
                if (way == Way.CLOSE_FAILS) {
                    throw new IllegalStateException("a bug");
                }
            }
        }

        private Dictionary make() throws MultiFDException {
            return switch (way) {
                case NO_DICTIONARY -> throw new MultiFDException("there is no dictionary");
                case NULL -> null;
                case BUG -> throw new IllegalArgumentException("a bug");
                default -> new Dictionary();
            };
        }

        private Dictionary dictionary(MultiFDParams params) throws MultiFDException {
            return params.shared(Dictionary.class, this::make);
        }

        @Override
        public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
            Dictionary mine = dictionary(params);
            assertEquals(mine, dictionary(params));
            MultiFDSender sender = super.sendSetup(params);
            return new MultiFDSender() {
                @Override
                public void prepare(PageRuns pages, Payload out) throws MultiFDException {
                    meanwhile.run();
                    sender.prepare(pages, out);
                }

                @Override
                public void close() {
                    notes.add("channel");
                }
            };
        }

        @Override
        public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
            return super.recvSetup(params);
        }

        @Override
        public void release() throws MultiFDException {
            notes.add("released");
            if (way == Way.RELEASE_FAILS) {
                throw new MultiFDException("cannot");
            }
        }
    }

    private static Pair run(Sharing method) throws Exception {
        Pair pair = new Pair();
        pair.sourceMethods = MethodRegistry.of(method);
        pair.destinationMethods = MethodRegistry.of(new PlainMethod("sharing"));
        pair.source.set("multifd-compression", "sharing");
        return pair.run();
    }

    @ParameterizedTest
    @EnumSource(names = {"WORKS", "CLOSE_FAILS", "RELEASE_FAILS"})
    void shouldMakeOnceAndCloseBehindTheLastChannel(Way way) throws Exception {
        Sharing method = new Sharing(way);
        try (Pair pair = run(method)) {
            assertNull(pair.sourceError);
            assertNull(pair.destinationError);
            assertEquals(List.of("made", "channel", "channel", "closed"), method.notes);
            pair.sourceMethods.close();
            pair.sourceMethods.close();
            assertEquals(List.of("made", "channel", "channel", "closed", "released"), method.notes);
            assertEquals(List.of(), pair.sourceMethods.methods());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NO_DICTIONARY", "NULL", "BUG"})
    void shouldBlameTheMaker(Way way) throws Exception {
        Sharing method = new Sharing(way);
        try (Pair pair = run(method)) {
            String message = pair.sourceError.getMessage();
            String expected = switch (way) {
                case NO_DICTIONARY -> "channel 0: method sharing cannot be set up: there is no dictionary";
                case NULL -> "channel 0: method sharing of .* broke its contract in sendSetup: IllegalStateException: "
                        + "received null from the maker of a shared Dictionary, expected an object; .*";
                default -> "channel 0: method sharing of .* broke its contract in sendSetup: "
                        + "IllegalArgumentException: a bug; .*";
            };
            assertTrue(message.matches(expected), message);
            assertEquals(way == Way.NO_DICTIONARY ? Kind.METHOD : Kind.INTERNAL, pair.sourceError.kind());
            assertEquals(List.of(), method.notes);
        }
    }

    @Test
    void shouldShareWithinARelayAsWell() throws Exception {
        Sharing method = new Sharing(Way.WORKS);
        String address = "unix:" + directory.resolve("to");
        MethodRegistry ends = MethodRegistry.of(new PlainMethod("sharing"), new PlainMethod("other"));
        try (Relaying relaying = new Relaying(MethodRegistry.of(method, new PlainMethod("other")), "sharing", address);
                MigrationDestination destination = new MigrationDestination(ends, MigrationParameters.defaults(),
                        RamSupplier.allocating(1 << 30));
                TestGuest guest = new TestGuest(TestGuest.ram(4096, 2 << 20), 3, new byte[0])) {
            destination.listen(address);
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            new MigrationSource(ends, MigrationParameters.builder().set("multifd-compression", "other").build(),
                    guest.ram, guest.log, guest).migrate(relaying.address);
            relaying.relayed();
            received.get();
        }
        assertEquals(List.of("made", "channel", "channel", "closed"), method.notes);
    }

    /** A registry that is closed while a migration uses the provider: it is released when that has ended. */
    @Test
    void shouldReleaseBehindTheLastMigration() throws Exception {
        Sharing method = new Sharing(Way.WORKS);
        try (Pair pair = new Pair()) {
            pair.sourceMethods = MethodRegistry.of(method);
            pair.destinationMethods = MethodRegistry.of(new PlainMethod("sharing"));
            pair.source.set("multifd-compression", "sharing");
            method.meanwhile = pair.sourceMethods::close;
            pair.run();
            assertNull(pair.sourceError);
            assertEquals(List.of("made", "channel", "channel", "closed", "released"), method.notes);
        }
    }
}
