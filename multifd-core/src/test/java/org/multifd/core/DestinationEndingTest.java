package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.incoming.IncomingRam;
import org.multifd.core.internal.incoming.IncomingSnapshot;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.ram.ReceivedPages;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.RamSections;

/**
 * Every event in every state of a destination (docs/reference/endings.md), from a source that is scripted message by
 * message.
 */
@Timeout(60)
class DestinationEndingTest {

    private static final byte[] TAIL = HexFormat.of().parseHex("0006" + "00000002" + "7b7d");

    private enum At {
        GATHERING, RAM, TAIL, COMPLETE
    }

    private enum What {
        CANCEL, CLOSE, MAIN_END, MAIN_RESET, CHANNEL_END, SILENCE
    }

    @TempDir
    private Path temp;

    /** A snapshot that stops when it is complete. */
    private static final class Stopping implements IncomingRam {

        private final IncomingRam file;
        private final CountDownLatch complete = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);

        Stopping(Path file) {
            this.file = new IncomingSnapshot(FileUri.of(file), false, MigrationParameters.defaults());
        }

        @Override
        public void prepare(Seats seats) throws java.io.IOException, MigrationException {
            file.prepare(seats);
        }

        @Override
        public RamBlocks open(Configuration configuration, int pageSize, java.util.Map<String, Long> lengths)
                throws java.io.IOException {
            return file.open(configuration, pageSize, lengths);
        }

        @Override
        public PageTarget target() {
            return file.target();
        }

        @Override
        public ReceivedPages received() {
            return file.received();
        }

        @Override
        public void complete(RamSections sections, byte[] tail) throws java.io.IOException {
            file.complete(sections, tail);
            complete.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void confirmed() {
            file.confirmed();
        }

        @Override
        public void abandon() {
            file.abandon();
        }
    }

    static List<Arguments> everything() {
        List<Arguments> all = new ArrayList<>();
        for (At at : At.values()) {
            for (What what : What.values()) {
                for (boolean returnPath : new boolean[] {true, false}) {
                    // it works itself then, and nobody waits for the source
                    if (at != At.COMPLETE || what != What.SILENCE) {
                        all.add(Arguments.of(at, what, returnPath));
                    }
                }
            }
        }
        return all;
    }

    /** By the table: nothing but an end without return path leads to success, and only where all has come. */
    private static boolean ends(At at, What what, boolean returnPath) {
        return !returnPath && (at == At.COMPLETE && (what == What.MAIN_END || what == What.MAIN_RESET
                || what == What.CHANNEL_END) || at == At.TAIL && what == What.CHANNEL_END);
    }

    private static void comeTo(At at, HandSource hand, boolean returnPath) throws Exception {
        hand.main(returnPath).channel();
        if (at != At.GATHERING) {
            hand.list(1 << 20).sync(false);
        }
        if (at == At.TAIL || at == At.COMPLETE) {
            hand.sync(false).last();
        }
        if (at == At.COMPLETE) {
            hand.tail(TAIL);
        }
    }

    @ParameterizedTest(name = "{0} {1} return path {2}")
    @MethodSource("everything")
    void shouldEndAsTheTableSays(At at, What what, boolean returnPath) throws Exception {
        Path file = temp.resolve("snapshot");
        Stopping ram = new Stopping(file);
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-channels", 1)
                .set("timeout", what == What.SILENCE ? 300 : 20_000).build();
        try (MigrationDestination destination = new MigrationDestination(MethodRegistry.of(new PlainMethod("plain")),
                parameters, ram);
                HandSource hand = new HandSource(destination.listen("tcp:127.0.0.1:0"))) {
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            comeTo(at, hand, returnPath);
            if (at == At.COMPLETE) {
                ram.complete.await();
            } else {
                while (destination.stats().elapsedNanos() == 0 // it has not begun to receive
                        || at != At.GATHERING && destination.stats().state() != MigrationStats.State.ACTIVE) {
                    Thread.onSpinWait();
                }
            }
            act(what, hand, destination);
            if (at == At.TAIL && what == What.CHANNEL_END) {
                hand.tail(TAIL);
            }
            if (what == What.CHANNEL_END && at == At.RAM) {
                hand.last(); // the mark that nobody has a SYNC for
            }
            if (what == What.CHANNEL_END && at == At.GATHERING) {
                hand.list(1 << 20);
            }
            ram.goOn.countDown();
            if (ends(at, what, returnPath)) {
                received.get();
                assertTrue(Files.exists(file));
            } else {
                MigrationException error = (MigrationException) assertThrows(ExecutionException.class, received::get)
                        .getCause();
                assertEquals(kind(at, what), error.kind(), error.getMessage());
                assertFalse(error.getMessage().contains("Exception"), error.getMessage());
                assertTrue(kind(at, what) == Kind.INTERRUPTED || what == What.SILENCE
                        || error.getMessage().matches("(main channel|channel 0)[,:] .*"), error.getMessage());
                assertFalse(Files.exists(file), "nothing is kept");
            }
        }
    }

    private static Kind kind(At at, What what) {
        boolean mark = what == What.CHANNEL_END && (at == At.GATHERING || at == At.RAM);
        return what == What.CANCEL || what == What.CLOSE ? Kind.INTERRUPTED : mark ? Kind.STREAM : Kind.PEER;
    }

    private static void act(What what, HandSource hand, MigrationDestination destination) throws Exception {
        switch (what) {
            case CANCEL -> destination.cancel();
            case CLOSE -> {
                Thread closer = new Thread(destination::close, "closer");
                closer.start();
                while (closer.getState() != Thread.State.WAITING && closer.isAlive()) {
                    Thread.onSpinWait(); // it has cancelled, and waits
                }
            }
            case MAIN_END -> hand.main.shutdownOutput();
            case MAIN_RESET -> hand.main.close();
            case CHANNEL_END -> {
                hand.channel(0).close();
                while (Thread.getAllStackTraces().keySet().stream().anyMatch(DestinationEndingTest::reads)) {
                    Thread.onSpinWait();
                }
            }
            case SILENCE -> { }
            default -> throw new IllegalArgumentException(what.name());
        }
    }

    private static boolean reads(Thread thread) {
        return thread.getName().equals("multifd-recv-0") && Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("readHeader")
                || frame.getMethodName().equals("arrive"));
    }

    @Test
    void shouldSayWhyItGaveUp() throws Exception {
        Stopping ram = new Stopping(temp.resolve("snapshot"));
        try (MigrationDestination destination = new MigrationDestination(MethodRegistry.of(new PlainMethod("plain")),
                MigrationParameters.builder().set("multifd-channels", 1).build(), ram);
                HandSource hand = new HandSource(destination.listen("tcp:127.0.0.1:0"))) {
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            comeTo(At.COMPLETE, hand, true);
            ram.complete.await();
            hand.main.shutdownOutput();
            ram.goOn.countDown();
            Throwable error = assertThrows(ExecutionException.class, received::get).getCause();
            assertEquals(
                    "main channel: the source ended it before it was told that everything is loaded; it has given up, "
                    + "and its guest goes on", error.getMessage());
        }
    }

    /** Cancel, wait, release: also while nobody has come, from any thread, twice. */
    @Test
    void shouldEndTheWaitForAFirstConnectionWhenItIsClosed() throws Exception {
        MigrationDestination destination = new MigrationDestination(MethodRegistry.of(new PlainMethod("plain")),
                MigrationParameters.defaults(), RamSupplier.allocating(1 << 30));
        destination.listen("tcp:127.0.0.1:0");
        CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
        while (Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("multifd-accept"))) {
            Thread.onSpinWait();
        }
        destination.close();
        destination.close();
        MigrationException error = (MigrationException) assertThrows(ExecutionException.class, received::get)
                .getCause();
        assertEquals(Kind.INTERRUPTED, error.kind());
        assertThrows(IllegalStateException.class, destination::receive);
    }

    /** One byte now and then is silence, too: it does not keep a destination. */
    @Test
    void shouldNotBeKeptByAByteNowAndThen() throws Exception {
        try (MigrationDestination destination = new MigrationDestination(MethodRegistry.of(new PlainMethod("plain")),
                MigrationParameters.builder().set("multifd-channels", 1).set("timeout", 400).build(),
                RamSupplier.allocating(1 << 30));
                HandSource hand = new HandSource(destination.listen("tcp:127.0.0.1:0"))) {
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            comeTo(At.RAM, hand, true);
            ByteBuffer one = ByteBuffer.allocate(1);
            while (!received.isDone()) {
                try {
                    hand.channel(0).writeFully(one.rewind());
                } catch (java.io.IOException e) {
                    break; // it has closed
                }
                Thread.sleep(50);
            }
            MigrationException error = (MigrationException) assertThrows(ExecutionException.class, received::get)
                    .getCause();
            assertEquals(Kind.PEER, error.kind());
            assertTrue(error.getMessage()
                    .matches("\\d+ bytes moved within 400 ms, expected at least 4096: the peer is as good as silent;"
                    + " see what the peer does, or raise timeout"), error.getMessage());
        }
    }

    /** A QEMU that marks with MULTIFD_FLUSH may wait for it; it is sent once, and not to a multifd peer. */
    @ParameterizedTest
    @CsvSource({"true,pc-q35-8.1,true", "true,pc-i440fx-11.0,true", "true,pc-q35-11.1,false", "true,none,false",
        "false,pc-q35-9.0,false"})
    void shouldAcknowledgeTheSwitchoverOfAQemu(boolean qemu, String machine, boolean acknowledged) throws Exception {
        try (MigrationDestination destination = new MigrationDestination(MethodRegistry.of(new PlainMethod("plain")),
                MigrationParameters.builder().set("multifd-channels", 1).build(), RamSupplier.allocating(1 << 30));
                HandSource hand = new HandSource(destination.listen("tcp:127.0.0.1:0"))) {
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            hand.main(true, null, machine);
            if (qemu) {
                hand.qemuChannel();
            } else {
                hand.channel();
            }
            hand.end();
            assertEquals("0002000400000001", HexFormat.of().formatHex(hand.answer(8)), "its first ping is answered");
            if (acknowledged) {
                assertEquals("00070000", HexFormat.of().formatHex(hand.answer(4)));
            }
            assertTrue(hand.told());
            received.get();
        }
    }
}
