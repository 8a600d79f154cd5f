package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.transport.Address;
import org.multifd.core.internal.wire.InitPacket;

/** What a user sees when a migration cannot be done, and that nothing is left behind. */
class FailureTest {

    private static void assertFailed(MigrationException error, Kind kind, String message) {
        assertEquals(message, error == null ? null : error.getMessage());
        assertEquals(kind, error.kind());
    }

    private static void assertContains(MigrationException error, Kind kind, String part) {
        assertTrue(error != null && error.getMessage().contains(part), String.valueOf(error));
        assertEquals(kind, error.kind());
        assertFalse(error.getMessage().contains("\n"), error.getMessage());
    }

    @Test
    void shouldNameTheAbsentPeer() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        try (Pair pair = new Pair()) {
            MigrationSource source = new MigrationSource(pair.sourceMethods, pair.source.build(), pair.guest.ram,
                    pair.log, pair.guest);
            MigrationException error = assertThrows(MigrationException.class, () -> source.migrate("tcp:127.0.0.1:"
                    + free));
            assertFailed(error, Kind.PEER, "cannot connect to tcp:127.0.0.1:" + free
                    + ": Connection refused; is the destination waiting there?");
            assertEquals(MigrationStats.State.FAILED, source.stats().state());
        }
    }

    @Test
    void shouldNameThePortInUse() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")); Pair pair = new Pair()) {
            String uri = "tcp:127.0.0.1:" + socket.getLocalPort();
            MigrationException error = assertThrows(MigrationException.class, () -> pair.listening().listen(uri));
            assertFailed(error, Kind.PEER, "cannot listen on " + uri
                    + ": Address already in use; choose another port, or port 0 for a free one");
        }
    }

    @Test
    void shouldRefuseWhatIsNoAddress() throws Exception {
        try (Pair pair = new Pair()) {
            MigrationSource source = new MigrationSource(pair.sourceMethods, pair.source.build(), pair.guest.ram,
                    pair.log, pair.guest);
            assertFailed(assertThrows(MigrationException.class, () -> source.migrate("localhost:4444")), Kind.USAGE,
                    "address: received \"localhost:4444\", expected tcp:HOST:PORT or unix:PATH");
        }
    }

    @Test
    void shouldRefuseABandwidthThatLooksLikeADeadPeer() {
        MigrationParameters.Builder slow = MigrationParameters.builder().set("max-bandwidth", 1000);
        assertEquals("max-bandwidth: received 1000, expected 0 or at least 69906 with timeout 30000: one packet must "
                + "not take longer than that", assertThrows(IllegalArgumentException.class, slow::build).getMessage());
    }

    @Test
    void shouldRefuseAnUnknownMethodBeforeConnecting() throws Exception {
        try (Pair pair = new Pair()) {
            pair.source.set("multifd-compression", "snappy");
            pair.run();
            assertContains(pair.sourceError, Kind.METHOD, "method snappy");
            assertContains(pair.sourceError, Kind.METHOD, "usable: plain");
        }
    }

    @Test
    void shouldTellTheSourceWhyTheDestinationCannot() throws Exception {
        try (Pair pair = new Pair()) {
            pair.destinationMethods = MethodRegistry.of(new PlainMethod("other"));
            pair.run();
            assertContains(pair.destinationError, Kind.METHOD, "method plain: no provider");
            assertContains(pair.sourceError, Kind.PEER, ": method plain: no provider");
            assertTrue(pair.sourceError.getMessage().startsWith("the destination failed: channel "),
                    pair.sourceError.getMessage());
        }
    }

    @Test
    void shouldRefuseAMethodThatTheDestinationDoesNotAccept() throws Exception {
        try (Pair pair = new Pair()) {
            pair.sourceMethods = MethodRegistry.of(new PlainMethod("plain"), new PlainMethod("other"));
            pair.destinationMethods = pair.sourceMethods;
            pair.destination.set("multifd-compression", "other");
            pair.run();
            assertFailed(pair.destinationError, Kind.STREAM,
                    "channel 0: received method plain (its init packet), expected other as multifd-compression says; "
                    + "use one method on both sides");
        }
    }

    @Test
    void shouldRefuseRamOfAnotherShape() throws Exception {
        try (Pair pair = new Pair()) {
            pair.supplier = RamSupplier.into(TestGuest.ram(4096, 1 << 20));
            pair.run();
            assertFailed(pair.destinationError, Kind.STREAM,
                    "RAM: received block \"block0\" of 2097152 bytes, expected 1048576 bytes; start the destination "
                    + "with the source's RAM");
            assertContains(pair.sourceError, Kind.PEER, "of 2097152 bytes, expected 1048576 bytes");
        }
    }

    @Test
    void shouldRefuseAGuestLargerThanTheLimit() throws Exception {
        try (Pair pair = new Pair()) {
            pair.supplier = RamSupplier.allocating(1 << 20);
            pair.run();
            assertFailed(pair.destinationError, Kind.STREAM,
                    "RAM: received a guest of 2097152 bytes, expected at most 1048576");
        }
    }

    @Test
    void shouldEndBothSidesWhenTheDestinationWaitsForMoreChannels() throws Exception {
        try (Pair pair = new Pair()) {
            pair.source.set("multifd-channels", 1);
            pair.destination.set("multifd-channels", 3).set("timeout", 2000);
            pair.run();
            assertFailed(pair.destinationError, Kind.PEER,
                    "received the main channel and 1 multifd channels within 2000 ms, expected the main channel and "
                    + "3; set the capability multifd and the same multifd-channels on both sides");
            assertEquals(Kind.PEER, pair.sourceError.kind());
        }
    }

    @Test
    void shouldRefuseChannelsBeyondTheNumberSet() throws Exception {
        try (Pair pair = new Pair()) {
            pair.source.set("multifd-channels", 3);
            pair.destination.set("multifd-channels", 2).set("timeout", Eventually.PATIENT_MILLIS);
            pair.run();
            assertTrue(pair.sourceError != null, "the pages of the third channel never arrived");
            assertContains(pair.destinationError, Kind.STREAM,
                    "received channel id 2, expected 0..1; set the same multifd-channels");
        }
    }

    @Test
    void shouldGiveUpASilentPeer() throws Exception {
        try (ServerSocket silent = new ServerSocket(0); Pair pair = new Pair()) {
            pair.source.set("timeout", 300);
            MigrationSource source = new MigrationSource(pair.sourceMethods, pair.source.build(), pair.guest.ram,
                    pair.log, pair.guest);
            MigrationException error = assertThrows(MigrationException.class,
                    () -> source.migrate("tcp:127.0.0.1:" + silent.getLocalPort()));
            assertFailed(error, Kind.PEER, "no byte moved for 300 ms: the peer is silent or the connection is gone; "
                    + "see what the peer does, or raise timeout; it has said nothing yet and may be waiting for more "
                    + "channels: it needs multifd-channels 2, as many as here");
        }
    }

    @Test
    void shouldGiveUpASourceThatAsksAndDoesNotListen() throws Exception {
        try (Pair pair = new Pair()) {
            pair.destination.set("multifd-channels", 1).set("timeout", 1000);
            int port = Address.parse(pair.listening().listen("tcp:127.0.0.1:0")).port();
            try (Socket main = new Socket("127.0.0.1", port); Socket channel = new Socket("127.0.0.1", port)) {
                ByteBuffer init = ByteBuffer.allocate(InitPacket.SIZE);
                new InitPacket(InitPacket.NO_UUID, 0, "plain").encode(init);
                channel.getOutputStream().write(init.array());
                main.getOutputStream().write(ByteBuffer.allocate(13).putInt(0x5145564D).putInt(3).put((byte) 8)
                        .putShort((short) 1)
                        .putShort((short) 0).array());
                CompletableFuture<Void> asking = CompletableFuture.runAsync(() -> ask(main));
                assertFailed(assertThrows(MigrationException.class, pair.incoming::receive), Kind.PEER,
                        "no byte moved for 1000 ms: the peer is silent or the connection is gone; see what the peer "
                        + "does, or"
                                + " raise timeout");
                asking.get();
            }
        }
    }

    /** Sends pings, whose pongs nobody reads, until the connection ends. */
    private static void ask(Socket main) {
        ByteBuffer pings = ByteBuffer.allocate(9 * 1000);
        while (pings.hasRemaining()) {
            pings.put((byte) 8).putShort((short) 2).putShort((short) 4).putInt(7);
        }
        try {
            while (true) {
                main.getOutputStream().write(pings.array());
            }
        } catch (IOException e) {
            // The destination has given up.
        }
    }

    @Test
    void shouldIgnoreStrangersBeforeTheMigration() throws Exception {
        try (Pair pair = new Pair()) {
            pair.run(address -> {
                int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
                try (Socket probe = new Socket("127.0.0.1", port)) {
                    assertTrue(probe.isConnected());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                try (Socket web = new Socket("127.0.0.1", port)) {
                    web.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    assertEquals(-1, web.getInputStream().read(), "a stranger's connection is closed");
                } catch (IOException e) {
                    // closed with its request unread: a reset is as good as an end
                }
            });
            assertNull(pair.sourceError);
            assertNull(pair.destinationError);
            MigrationTest.assertSame(pair.guest.ram, pair.incoming.ram());
        }
    }

    private static void awaitPages(Pair pair) {
        try {
            Eventually.await(() -> pair.incoming.stats().normalPages() > 0);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldCancelAtTheSource() throws Exception {
        try (Pair pair = new Pair(new TestGuest(TestGuest.ram(4096, 64 << 20), 3, new byte[0]))) {
            pair.source.set("max-bandwidth", 1_000_000);
            pair.run(address -> CompletableFuture.runAsync(() -> {
                awaitPages(pair);
                pair.outgoing.cancel();
            }));
            assertFailed(pair.sourceError, Kind.INTERRUPTED, "migration cancelled");
            assertEquals(Kind.PEER, pair.destinationError.kind());
        }
    }

    @Test
    void shouldCancelAtTheDestination() throws Exception {
        try (Pair pair = new Pair(new TestGuest(TestGuest.ram(4096, 64 << 20), 3, new byte[0]))) {
            pair.source.set("max-bandwidth", 1_000_000);
            pair.run(address -> CompletableFuture.runAsync(() -> {
                awaitPages(pair);
                pair.incoming.cancel();
            }));
            assertFailed(pair.destinationError, Kind.INTERRUPTED, "migration cancelled");
            assertFailed(pair.sourceError, Kind.PEER, "the destination failed: migration cancelled");
        }
    }

    @Test
    void shouldCancelBeforeTheStart() throws Exception {
        try (Pair pair = new Pair()) {
            pair.run(address -> {
                pair.outgoing.cancel();
                pair.incoming.cancel();
            });
            assertFailed(pair.sourceError, Kind.INTERRUPTED, "migration cancelled");
            assertFailed(pair.destinationError, Kind.INTERRUPTED, "migration cancelled");
        }
    }

    @Test
    void shouldCancelWhileItConnects() throws Exception {
        List<Socket> waiting = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()); Pair pair = new Pair()) {
            fill(full, waiting);
            pair.source.set("timeout", Integer.MAX_VALUE);
            MigrationSource source = new MigrationSource(pair.sourceMethods, pair.source.build(), pair.guest.ram,
                    pair.log, pair.guest);
            Thread canceller = new Thread(cancelOnce(source, Thread.currentThread()));
            canceller.start();
            MigrationException error = assertThrows(MigrationException.class,
                    () -> source.migrate("tcp:127.0.0.1:" + full.getLocalPort()));
            assertFailed(error, Kind.INTERRUPTED, "migration cancelled");
            canceller.join();
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    /** Nobody accepts here: once the queue is full, further ones get no answer. */
    private static void fill(ServerSocket server, List<Socket> waiting) throws IOException {
        while (true) {
            Socket socket = new Socket();
            waiting.add(socket);
            try {
                socket.connect(server.getLocalSocketAddress(), 300);
            } catch (SocketTimeoutException e) {
                return;
            }
        }
    }

    private static Runnable cancelOnce(MigrationSource source, Thread connecting) {
        return () -> {
            while (Arrays.stream(connecting.getStackTrace()).noneMatch(frame -> frame.getMethodName()
                    .equals("connect"))) {
                Thread.onSpinWait();
            }
            source.cancel();
        };
    }

    @Test
    void shouldStopWhenTheCallingThreadIsInterrupted() throws Exception {
        try (Pair pair = new Pair(new TestGuest(TestGuest.ram(4096, 64 << 20), 3, new byte[0]))) {
            pair.source.set("max-bandwidth", 1_000_000);
            Thread caller = Thread.currentThread();
            pair.run(address -> CompletableFuture.runAsync(() -> {
                awaitPages(pair);
                caller.interrupt();
            }));
            assertFailed(pair.sourceError, Kind.INTERRUPTED, "migration interrupted");
            assertTrue(pair.interrupted, "the caller's interrupt is kept");
        }
    }
}
