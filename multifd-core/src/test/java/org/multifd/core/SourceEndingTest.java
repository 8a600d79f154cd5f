package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.core.MigrationException.Kind;

/**
 * Every event in every state of a source (docs/reference/endings.md), from a destination that is scripted byte by byte.
 */
@Timeout(60)
class SourceEndingTest {

    private static final String PONG = "0002 0004 00000000";
    private static final String SHUT_0 = "0001 0004 00000000";
    private static final String SHUT_1 = "0001 0004 00000001";
    private static final String REASON = "4d46 0003 6e6f21";

    private enum At {
        SETUP, ROUNDS, SWITCHOVER, UNDECIDED
    }

    private enum What {
        CANCEL, CLOSE, INTERRUPT, SHUT_0, SHUT_1, REASON, END, RESET, INVALID
    }

    /** Does the thing when the migration comes to the state, and waits until the migration has failed of it. */
    private final class Moment {

        private final At at;
        private final What what;
        private boolean done;

        Moment(At at, What what) {
            this.at = at;
            this.what = what;
        }

        void come(At now) {
            if (now != at || done) {
                return;
            }
            done = true;
            try {
                act(what);
                peer.awaitOver();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private HandDestination peer;
    private Moment moment;
    private MigrationSource source;
    private Thread worker;
    private boolean interrupted;
    private final GuestRam ram = TestGuest.ram(4096, 1 << 20);
    private final List<String> calls = new ArrayList<>();
    private final DirtyBitmap bits = new DirtyBitmap(ram);
    private final DirtyLog log = new DirtyLog() {

        @Override
        public void getAndClear(String block, BitSet dirty) {
            if (calls.contains("first")) {
                moment.come(At.ROUNDS);
            }
            calls.add("first");
            bits.getAndClear(block, dirty);
        }

        @Override
        public void putBack(String block, BitSet pages) {
            bits.putBack(block, pages);
        }
    };
    private final Guest guest = new Guest() {

        @Override
        public void pause() {
            calls.add("pause");
            moment.come(At.SWITCHOVER);
        }

        @Override
        public void resume() {
            calls.add("resume");
        }
    };

    @BeforeEach
    void listen() throws Exception {
        peer = new HandDestination();
        bits.mark("block0", 0, 8 * 4096);
    }

    @AfterEach
    void close() throws Exception {
        peer.close();
    }

    private void act(What what) throws Exception {
        switch (what) {
            case CANCEL -> source.cancel();
            case CLOSE -> new Thread(source::close, "closer").start();
            case INTERRUPT -> worker.interrupt();
            case SHUT_0 -> peer.say(SHUT_0);
            case SHUT_1 -> peer.say(SHUT_1);
            case REASON -> peer.say(REASON).say(SHUT_1);
            case END -> peer.end(false);
            case RESET -> peer.end(true);
            case INVALID -> peer.say("ffff 0000");
            default -> throw new IllegalArgumentException(what.name());
        }
    }

    private CompletableFuture<MigrationStats> migrate(int timeout) {
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-compression", "plain")
                .set("multifd-channels", 1).set("timeout", timeout).build();
        MethodRegistry methods = MethodRegistry.of(new PlainMethod("plain") {
            @Override
            public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
                moment.come(At.SETUP);
                return super.sendSetup(params);
            }
        });
        source = new MigrationSource(methods, parameters, ram, log, guest);
        CompletableFuture<MigrationStats> result = new CompletableFuture<>();
        worker = new Thread(() -> {
            try {
                result.complete(source.migrate(peer.address()));
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
            interrupted = Thread.interrupted();
        }, "worker");
        worker.start();
        return result;
    }

    private MigrationException failure(CompletableFuture<MigrationStats> result) throws Exception {
        Throwable cause = assertThrows(Exception.class, result::get).getCause();
        worker.join();
        return cause instanceof MigrationException known ? known : assertThrows(MigrationException.class, () -> {
            throw cause;
        });
    }

    private static Kind kind(What what) {
        return switch (what) {
            case CANCEL, CLOSE, INTERRUPT -> Kind.INTERRUPTED;
            case SHUT_0, INVALID -> Kind.STREAM;
            case SHUT_1, REASON, END, RESET -> Kind.PEER;
        };
    }

    static List<Arguments> beforeItIsDecided() {
        List<Arguments> all = new ArrayList<>();
        for (At at : List.of(At.SETUP, At.ROUNDS, At.SWITCHOVER)) {
            for (What what : What.values()) {
                if (at != At.SETUP || what != What.INTERRUPT) { // the worker waits for the set-up, on another thread
                    all.add(Arguments.of(at, what));
                }
            }
        }
        return all;
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("beforeItIsDecided")
    void shouldGoOnAtTheSource(At at, What what) throws Exception {
        moment = new Moment(at, what);
        MigrationException error = failure(migrate(20_000));
        assertEquals(kind(what), error.kind(), error.getMessage());
        // An interrupt is noticed at the next thing that waits, which may be behind the pause.
        boolean paused = what == What.INTERRUPT ? calls.contains("pause") : at == At.SWITCHOVER;
        assertEquals(paused, calls.contains("resume"), calls.toString());
        assertEquals(8, bits.dirtyPages("block0"), "marks that were put back");
        assertEquals(MigrationStats.State.FAILED, source.stats().state());
        assertEquals(what == What.INTERRUPT, interrupted);
        if (what == What.END || what == What.RESET) {
            assertTrue(error.getMessage().matches("(main channel|return path|channel 0)[,:] .*"), error.getMessage());
        }
        if (what == What.REASON) {
            assertEquals("the destination failed: no!", error.getMessage());
        }
        if (what == What.SHUT_0) {
            assertEquals("return path: received SHUT 0, that everything is loaded, before "
                    + (at == At.SETUP ? "anything" : "all") + " was sent, expected it behind the end of the stream; "
                    + "is it a QEMU or multifd that listens there?", error.getMessage());
        }
    }

    private CompletableFuture<MigrationStats> undecided(int timeout) throws Exception {
        moment = new Moment(At.UNDECIDED, What.CANCEL);
        CompletableFuture<MigrationStats> result = migrate(timeout);
        peer.awaitEnd();
        return result;
    }

    private void assertUnknown(MigrationException error, String why) {
        assertEquals(Kind.UNKNOWN, error.kind(), error.getMessage());
        assertEquals(8, error.kind().exitCode());
        assertTrue(error.getMessage().matches("the destination did not say whether the guest runs there \\(" + why
                + "\\); the guest stays paused here: check the destination, then resume it there or here"),
                error.getMessage());
        assertEquals(MigrationStats.State.UNKNOWN, source.stats().state());
        assertFalse(calls.contains("resume"));
        assertEquals(8, bits.dirtyPages("block0"), "marks that were put back");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ends")
    void shouldNotKnowWhenTheReturnPathEndsUndecided(What what, String why) throws Exception {
        CompletableFuture<MigrationStats> result = undecided(20_000);
        act(what);
        assertUnknown(failure(result), why);
    }

    static List<Arguments> ends() {
        return List.of(Arguments.of(What.END, "return path: connection closed by the peer at byte .*"),
                Arguments.of(What.RESET, "return path: Connection reset"),
                Arguments.of(What.INVALID, "return path: received message type 65535.*"));
    }

    @Test
    void shouldNotKnowWhenTheDestinationIsSilentUndecided() throws Exception {
        CompletableFuture<MigrationStats> result = undecided(1500);
        assertUnknown(failure(result), "no byte moved for 1500 ms: .*");
    }

    /** Cancel, close and an interrupt leave it the time that silence has. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("cancels")
    void shouldWaitForTheDestinationAfterACancelUndecided(What what) throws Exception {
        CompletableFuture<MigrationStats> result = undecided(20_000);
        act(what);
        peer.say(PONG).say(SHUT_0);
        assertEquals(MigrationStats.State.COMPLETED, result.get().state());
        worker.join();
        assertFalse(calls.contains("resume"));
        assertEquals(what == What.INTERRUPT, interrupted);
    }

    /** A destination that shows that it is alive, and never says how it ended. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("cancels")
    void shouldNotKnowWhenOnlyPongsComeAfterACancel(What what) throws Exception {
        CompletableFuture<MigrationStats> result = undecided(1500);
        act(what);
        pongUntil(result);
        assertUnknown(failure(result), "cancelled, and no word for 1500 ms since");
    }

    static List<What> cancels() {
        return List.of(What.CANCEL, What.CLOSE, What.INTERRUPT);
    }

    @Test
    void shouldNotKnowWhenOnlyPongsCome() throws Exception {
        CompletableFuture<MigrationStats> result = undecided(1000);
        pongUntil(result);
        assertUnknown(failure(result), "it showed that it is alive for 10 times the timeout of 1000 ms, and said "
                + "nothing else");
    }

    private void pongUntil(CompletableFuture<MigrationStats> result) throws Exception {
        while (!result.isDone()) {
            try {
                peer.say(PONG);
            } catch (java.io.IOException e) {
                break; // the source has closed
            }
            Thread.sleep(20);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("words")
    void shouldGoOnWhereTheDestinationSays(What what, String message) throws Exception {
        CompletableFuture<MigrationStats> result = undecided(20_000);
        act(what);
        if (message == null) {
            assertEquals(MigrationStats.State.COMPLETED, result.get().state());
            assertFalse(calls.contains("resume"));
        } else {
            MigrationException error = failure(result);
            assertEquals(Kind.PEER, error.kind());
            assertEquals(message, error.getMessage());
            assertTrue(calls.contains("resume"));
            assertEquals(8, bits.dirtyPages("block0"));
        }
    }

    static List<Arguments> words() {
        return List.of(Arguments.of(What.SHUT_0, null), Arguments.of(What.REASON, "the destination failed: no!"),
                Arguments.of(What.SHUT_1, "the destination failed: it gave no reason, see its own message"));
    }

    /** A second migration, or a checkpoint, would take marks that the first one needs. */
    @Test
    void shouldRefuseASecondTakerOfADirtyLog() throws Exception {
        CompletableFuture<MigrationStats> result = undecided(20_000);
        MigrationException error = assertThrows(MigrationException.class, () -> new MigrationSource(
                MethodRegistry.of(new PlainMethod("none")), MigrationParameters.defaults(), ram, log, guest)
                .migrate("tcp:127.0.0.1:9"));
        assertEquals(Kind.USAGE, error.kind());
        assertEquals("dirty log: the migration to " + peer.address()
                + " takes from it already, expected one migration at a time; wait until that one has ended",
                error.getMessage());
        assertEquals(0, bits.dirtyPages("block0"), "the first one's marks are still its own");
        peer.say(SHUT_0);
        result.get();
        worker.join();
        MigrationException later = assertThrows(MigrationException.class, () -> new MigrationSource(
                MethodRegistry.of(new PlainMethod("none")), MigrationParameters.defaults(), ram, log, guest)
                .migrate("tcp:127.0.0.1:9"));
        assertTrue(later.getMessage().contains("cannot connect"), later.getMessage());
    }

    /** From another thread, twice: it has returned when migrate has. On the worker itself it only cancels. */
    @Test
    void shouldCloseByCancellingAndWaiting() throws Exception {
        moment = new Moment(At.UNDECIDED, What.CANCEL);
        CompletableFuture<MigrationStats> result = migrate(20_000);
        peer.awaitEnd();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(source::close);
        peer.say(SHUT_0);
        closing.get();
        source.close();
        assertEquals(MigrationStats.State.COMPLETED, source.stats().state());
        assertNull(result.handle((stats, error) -> error).get());
        MigrationSource unused = new MigrationSource(MethodRegistry.of(new PlainMethod("plain")),
                MigrationParameters.defaults(), ram, log, guest);
        unused.close();
        unused.close();
        assertThrows(IllegalStateException.class, () -> unused.migrate(peer.address()));
    }
}
