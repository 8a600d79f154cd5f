package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.multifd.core.internal.transport.Connection;

/**
 * Each kind of unexpected connection, at each moment of a migration, at a destination that was told the number of
 * channels, at one that was not, and at a relay: the right migration arrives, or fails for the documented reason.
 */
class MembershipTest {

    private static final UUID ANOTHER = new UUID(3, 4);
    private static final byte[] TAIL = HexFormat.of().parseHex("0006" + "00000002" + "7b7d");
    private static final int CHANNELS = 2;
    /** How many cases run at a time: they wait more than they compute. */
    /** Silence of the right source on a busy machine is shorter. */
    private static final int TIMEOUT_MILLIS = 5000;
    private static final int AT_ONCE = 8;
    private static final int LIMIT_SECONDS = 60;

    /** When it comes. */
    enum Moment { BEFORE, AFTER_MAIN, AFTER_FIRST_CHANNEL, AFTER_ALL_CHANNELS, DURING_RAM }

    /** Who is there. */
    enum End { TOLD, UNTOLD, RELAY }

    /** What a connection does; the one that is returned is closed by the other side. */
    @FunctionalInterface
    private interface Play {
        Connection on(HandSource stranger) throws IOException;
    }

    private static Connection say(HandSource stranger, byte[] bytes) throws IOException {
        Connection connection = stranger.connect();
        connection.writeFully(ByteBuffer.wrap(bytes));
        return connection;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Its kind. */
    enum Kind {
        CLOSES_AT_ONCE(stranger -> ended(stranger.connect())),
        MAGIC_THEN_CLOSED(stranger -> ended(say(stranger, ascii("QEVM")))),
        MAGIC_THEN_SILENT(stranger -> silent(say(stranger, ascii("QEVM")))),
        SILENT(stranger -> silent(stranger.connect())),
        GARBAGE(stranger -> say(stranger, new byte[] {9, 8, 7, 6, 5})),
        TLS_HELLO(stranger -> say(stranger, HexFormat.of().parseHex("1603010200010001fc0303"))),
        WEB_REQUEST(stranger -> say(stranger, ascii("GET / HTTP/1.1\r\n\r\n"))),
        STOPPED_NEGOTIATION(stranger -> silent(say(stranger, ascii("MFDN")))),
        RESET_IN_INIT(stranger -> silent(reset(stranger))),
        ENDED_MAIN(stranger -> silent(ended(stranger.main(false).main))),
        OTHER_UUID(stranger -> silent(stranger.channel(ANOTHER, 0, null).channel(0))),
        ID_TOO_MANY(stranger -> silent(stranger.channel(HandSource.ID, 7, null).channel(0))),
        ID_TWICE(stranger -> silent(stranger.channel(HandSource.ID, 0, null).channel(0))),
        LATE_CHANNEL(stranger -> silent(stranger.channel(HandSource.ID, CHANNELS, null).channel(0)));

        private final Play play;

        Kind(Play play) {
            this.play = play;
        }
    }

    private static Connection ended(Connection connection) throws IOException {
        connection.shutdownOutput();
        return connection;
    }

    /** The other side has no reason to close it soon. */
    private static Connection silent(Connection connection) {
        return null;
    }

    private static Connection reset(HandSource stranger) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), stranger.port())) {
            socket.setSoLinger(true, 0);
            socket.getOutputStream().write(new byte[] {0x11, 0x22, 0x33, 0x44, 0, 0, 0, 1, 5});
        }
        return null;
    }

    private record Case(Kind kind, Moment moment, End end) {

        @Override
        public String toString() {
            return kind + " " + moment + " " + end;
        }
    }

    private static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (Moment moment : Moment.values()) {
                for (End end : End.values()) {
                    // A relay has begun to pass an ended main on; one more channel of the same VM is its own until the
                    // list.
                    boolean another = kind == Kind.ENDED_MAIN && moment == Moment.BEFORE && end == End.RELAY
                            || kind == Kind.LATE_CHANNEL && moment != Moment.DURING_RAM && moment != Moment.BEFORE;
                    if (!another) {
                        cases.add(new Case(kind, moment, end));
                    }
                }
            }
        }
        return cases;
    }

    /** Why it fails, as a pattern; null if the right migration arrives. */
    private static String reason(Kind kind, Moment moment, End end) {
        if (moment == Moment.DURING_RAM) {
            return null;
        }
        return switch (kind) {
            case OTHER_UUID -> moment != Moment.AFTER_MAIN ? null
                    : end == End.TOLD ? "received the main channel and 1 multifd channels within 5000 ms, expected"
                            + " the main channel and 2; set the capability multifd and the same multifd-channels on "
                            + "both sides"
                            // not said if it had not been refused by then
                            + "( \\(a connection from tcp:[0-9.:]+ was refused: received uuid " + HandSource.ID
                                    + " on channel [01],"
                            + " expected " + ANOTHER + " as on the other channels\\))?" : "";
            case ID_TOO_MANY -> end == End.TOLD
                    ? "received channel id 7, expected 0\\.\\.1; set the same multifd-channels on both sides"
                    : moment == Moment.BEFORE ? null : end == End.RELAY ? ""
                    : "(main channel from source tcp:[0-9.:]+: )?received 3 multifd"
                            + " channels, but none with id 2 before the list of RAM blocks, expected ids without a gap";
            case LATE_CHANNEL -> end == End.TOLD
                    ? "received channel id 2, expected 0\\.\\.1; set the same multifd-channels on both sides" : null;
            case ID_TWICE -> moment == Moment.BEFORE ? null : "received channel id 0 a second time, expected once";
            default -> null;
        };
    }

    private final MethodRegistry methods = MethodRegistry.load();

    @TestFactory
    Stream<DynamicTest> shouldReceiveTheRightMigrationOrSayWhyNot() throws MigrationException {
        // closed last, it finds the threads that are left
        Relaying last = new Relaying(methods, "none", "tcp:127.0.0.1:1");
        ExecutorService running = Executors.newFixedThreadPool(AT_ONCE);
        Map<Case, Future<?>> cases = new LinkedHashMap<>();
        for (Case one : all()) {
            cases.put(one, running.submit(() -> {
                run(one.kind, one.moment, one.end);
                return null;
            }));
        }
        return cases.entrySet().stream().map(one -> DynamicTest.dynamicTest(one.getKey().toString(),
                () -> ended(one.getValue()))).onClose(() -> {
                    running.shutdownNow();
                    last.close();
                });
    }

    private static void ended(Future<?> running) throws Throwable {
        try {
            running.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }

    private void run(Kind kind, Moment moment, End end) throws Exception {
        MigrationParameters.Builder parameters = MigrationParameters.builder().set("timeout", TIMEOUT_MILLIS);
        if (end != End.UNTOLD) {
            parameters.set("multifd-channels", CHANNELS);
        }
        try (MigrationDestination destination = new MigrationDestination(methods, parameters.build(),
                RamSupplier.allocating(1 << 30))) {
            String address = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            if (end != End.RELAY) {
                run(kind, moment, end, address, destination, received, null);
                return;
            }
            try (Relaying relaying = new Relaying(methods, "none", address, "timeout", TIMEOUT_MILLIS)) {
                run(kind, moment, end, relaying.address, destination, received, relaying);
            } finally {
                destination.cancel();
            }
        }
    }

    private void run(Kind kind, Moment moment, End end, String address, MigrationDestination destination,
            CompletableFuture<MigrationStats> received, Relaying relaying) throws Exception {
        String reason = reason(kind, moment, end);
        try (HandSource stranger = new HandSource(address); HandSource source = new HandSource(address)) {
            try {
                migrate(source, moment, () -> {
                    // main is known: of two that come at once either may be first
                    Eventually.await(() -> moment == Moment.BEFORE || elapsed(destination, relaying) != 0);
                    Connection closed = kind.play.on(stranger);
                    assertTrue(closed == null || HandSource.isClosed(closed));
                    if (kind == Kind.ENDED_MAIN && moment == Moment.BEFORE) {
                        awaitDropped(destination);
                    }
                });
            } catch (IOException e) {
                assertTrue(reason != null, kind + " disturbed it: " + e.getMessage());
            }
            if (reason == null) {
                received.get();
                for (int i = 0; i < CHANNELS; i++) {
                    ByteBuffer page = ByteBuffer.allocate(HandSource.PAGE);
                    destination.ram().read("ram", (long) i * HandSource.PAGE, page);
                    assertEquals(ByteBuffer.wrap(filled((byte) (i + 1))), page.rewind());
                }
                ends(source);
                if (relaying != null) {
                    assertNull(relaying.next().error());
                }
            } else {
                String message = relaying != null ? relaying.next().error().getMessage() : failure(received);
                assertTrue(reason.isEmpty() || message.matches(reason), message);
            }
        }
    }

    private static long elapsed(MigrationDestination destination, Relaying relaying) {
        return relaying != null ? relaying.relay.stats().elapsedNanos() : destination.stats().elapsedNanos();
    }

    private static void awaitDropped(MigrationDestination destination) throws InterruptedException {
        Eventually.await(() -> destination.stats().elapsedNanos() != 0);
        Eventually.await(() -> destination.stats().elapsedNanos() == 0);
    }

    private static void ends(HandSource source) {
        source.close();
    }

    private static byte[] filled(byte value) {
        byte[] page = new byte[HandSource.PAGE];
        Arrays.fill(page, value);
        return page;
    }

    private static String failure(CompletableFuture<MigrationStats> received) throws InterruptedException {
        try {
            received.get();
            throw new AssertionError("it succeeded");
        } catch (ExecutionException e) {
            return e.getCause().getMessage();
        }
    }

    /** A step of the test at a moment. */
    @FunctionalInterface
    private interface Step {
        void take() throws IOException, InterruptedException;
    }

    /** The right migration: a page on each channel. */
    private static void migrate(HandSource source, Moment moment, Step stranger) throws IOException,
            InterruptedException {
        at(Moment.BEFORE, moment, stranger);
        source.main(true);
        at(Moment.AFTER_MAIN, moment, stranger);
        source.channel(HandSource.ID, 0, null);
        at(Moment.AFTER_FIRST_CHANNEL, moment, stranger);
        source.channel(HandSource.ID, 1, null);
        at(Moment.AFTER_ALL_CHANNELS, moment, stranger);
        source.list((long) CHANNELS * HandSource.PAGE).sync(false).ping(7);
        checkGoesOn(source, source.awaitPong(7)); // the list and its mark have been read
        at(Moment.DURING_RAM, moment, stranger);
        for (int i = 0; i < CHANNELS; i++) {
            source.page(i, (long) i * HandSource.PAGE, (byte) (i + 1));
        }
        source.sync(false).last().tail(TAIL);
        checkGoesOn(source, source.told());
    }

    /** A source that is told of a failure closes its connections, which the destination waits for. */
    private static void checkGoesOn(HandSource source, boolean goesOn) throws IOException {
        if (!goesOn) {
            ends(source);
            throw new IOException("the destination said that it has failed");
        }
    }

    private static void at(Moment when, Moment now, Step step) throws IOException, InterruptedException {
        if (when == now) {
            step.take();
        }
    }
}
