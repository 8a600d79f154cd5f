package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.multifd.core.MigrationException.Kind;

/** When a guest is paused, when it is given up, and how long a destination may keep it paused. */
@Timeout(60)
class ConvergenceTest {

    private static final int PAGE = 4096;

    /** A guest that writes these pages, with zeros say, in each round. */
    private record Always(int pages) implements DirtyLog {

        @Override
        public void getAndClear(String block, BitSet into) {
            into.set(0, pages);
        }

        @Override
        public void putBack(String block, BitSet taken) {
            // It marks them in any case.
        }
    }

    private static TestGuest guest(long bytes, int value) {
        TestGuest guest = new TestGuest(TestGuest.ram(PAGE, bytes), 1, new byte[0], false);
        byte[] page = new byte[PAGE];
        Arrays.fill(page, (byte) value);
        for (long at = 0; value != 0 && at < bytes; at += PAGE) {
            guest.ram.write("block0", at, ByteBuffer.wrap(page));
        }
        return guest;
    }

    @Test
    void shouldPauseAGuestThatWritesOnlyZeros() throws Exception {
        try (Pair pair = new Pair(guest(8 << 20, 0))) {
            pair.log = new Always(500);
            pair.source.set("max-rounds", 3);
            pair.run();
            assertNull(pair.sourceError);
            assertTrue(pair.sent.bandwidth() > 0, "bandwidth " + pair.sent.bandwidth());
            assertEquals(0, pair.sent.normalPages());
        }
    }

    /** The first round, of pages that nobody wrote, tells nothing of those that are written. */
    @Test
    void shouldNotCountTheZeroPagesOfTheFirstRoundBesideOthers() throws Exception {
        TestGuest guest = guest(64 << 20, 0);
        guest.ram.write("block0", 0, ByteBuffer.wrap(new byte[] {1}));
        try (Pair pair = new Pair(guest)) {
            pair.log = new Always(500);
            pair.run();
            assertNull(pair.sourceError);
            assertTrue(pair.sent.rounds() > 2, "rounds " + pair.sent.rounds());
        }
    }

    /** Nothing has been sent, so that convergence is not the matter. */
    @Test
    void shouldGiveUpBeforeItIsSetUp() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TestGuest guest = guest(1 << 20, 1)) {
            MigrationParameters parameters = MigrationParameters.builder().set("multifd-compression", "zlib,none")
                    .set("deadline", 300).build();
            MigrationException error = assertThrows(MigrationException.class, () -> new MigrationSource(
                    MethodRegistry.load(), parameters, guest.ram, guest.log, guest)
                            .migrate("tcp:127.0.0.1:" + deaf.getLocalPort()));
            assertEquals("the migration was not set up within deadline 300 ms; is the destination waiting there?",
                    error.getMessage());
            assertEquals(Kind.PEER, error.kind());
        }
    }

    @Test
    void shouldGiveUpInTheMiddleOfARound() throws Exception {
        try (Pair pair = new Pair(guest(64 << 20, 1))) {
            // a round takes 13 seconds
            pair.source.set("deadline", 500).set("max-bandwidth", 5_000_000);
            pair.run();
            assertEquals(Kind.PEER, pair.sourceError.kind());
            String message = pair.sourceError.getMessage();
            assertTrue(message.startsWith("guest does not converge: deadline 500 ms reached with 16384 pages "),
                    message);
            assertTrue(pair.outgoing.stats().normalPages() < 16384, "in the middle of the round");
            assertEquals(1, pair.outgoing.stats().rounds());
        }
    }

    /** Reads all until the guest is paused, and nothing from then on, but says all the time that it is alive. */
    private static final class Staller implements AutoCloseable {

        final CountDownLatch paused = new CountDownLatch(1);
        private final ServerSocket listener = new ServerSocket();
        private final List<Socket> sockets = new ArrayList<>();

        Staller() throws IOException {
            listener.setReceiveBufferSize(1 << 16); // less than what is to be sent, whatever the system's settings are
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
            start(this::run);
        }

        private static void start(Runnable work) {
            Thread thread = new Thread(work, "staller");
            thread.setDaemon(true);
            thread.start();
        }

        private void run() {
            try {
                Socket main = listener.accept();
                sockets.add(main);
                start(() -> read(main));
                start(() -> {
                    try {
                        while (true) {
                            main.getOutputStream().write(HexFormat.of().parseHex("0002000400000000"));
                            Thread.sleep(20);
                        }
                    } catch (IOException | InterruptedException e) {
                        // closed
                    }
                });
                while (true) {
                    Socket channel = listener.accept();
                    sockets.add(channel);
                    start(() -> read(channel));
                }
            } catch (IOException e) {
                // closed
            }
        }

        private void read(Socket from) {
            try {
                InputStream in = from.getInputStream();
                byte[] some = new byte[1 << 16];
                while (paused.getCount() > 0 && in.read(some) >= 0) {
                    Thread.onSpinWait();
                }
            } catch (IOException e) {
                // closed
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void shouldNotLeaveAGuestPausedForADestinationThatOnlyShowsThatItIsAlive() throws Exception {
        try (Staller staller = new Staller(); TestGuest guest = new TestGuest(TestGuest.ram(PAGE, 48 << 20), 1,
                new byte[0], true) {
            @Override
            public void pause() throws InterruptedException {
                super.pause();
                staller.paused.countDown();
                log.mark("block0", 0, ram.length("block0"));
            }
        }) {
            MigrationSource source = new MigrationSource(MethodRegistry.of(new PlainMethod("plain")),
                    MigrationParameters.builder().set("multifd-compression", "plain").set("multifd-channels", 1)
                            .set("timeout", 1000).build(), guest.ram, guest.log, guest);
            MigrationException error = assertThrows(MigrationException.class,
                    () -> source.migrate("tcp:127.0.0.1:" + staller.listener.getLocalPort()));
            assertEquals(Kind.PEER, error.kind());
            assertTrue(error.getMessage().matches("(\\d+ bytes moved within 1000 ms, expected at least 4096: the peer "
                    + "is as good as silent|no byte moved .*); see what the peer does, or raise timeout"),
                    error.getMessage());
            assertTrue(guest.resumed(), "it goes on here");
        }
    }
}
