package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.transport.Threads;

/**
 * All connections are reset after some number of bytes, as by a peer that is killed there: at either end one line, in
 * time.
 */
class KilledPeerTest {

    private static final long SEED = 20240817;
    private static final int RUNS = 12;
    /** Fewer bytes may be too few for a destination to see that a migration has begun. */
    private static final int BEGUN = 1000;

    private final MethodRegistry methods = MethodRegistry.of(new PlainMethod("plain"), new PlainMethod("other"));
    private long total;

    /**
     * Stands between a source and a destination, and resets everything when that many bytes have gone to the
     * destination.
     */
    private static final class Cut implements AutoCloseable {

        private final ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        private final int port;
        private final List<Socket> sockets = new ArrayList<>();
        private final List<Thread> threads = new ArrayList<>();
        private long left;
        private long passed;

        Cut(String destination, long limit) throws IOException {
            port = Integer.parseInt(destination.substring(destination.lastIndexOf(':') + 1));
            left = limit;
            start(this::accept);
        }

        String address() {
            return "tcp:127.0.0.1:" + listener.getLocalPort();
        }

        private synchronized void start(Runnable work) {
            Thread thread = new Thread(work, "cut");
            threads.add(thread);
            thread.start();
        }

        private void accept() {
            try {
                while (true) {
                    Socket source = listener.accept();
                    Socket destination = new Socket(InetAddress.getLoopbackAddress(), port);
                    synchronized (this) {
                        sockets.add(source);
                        sockets.add(destination);
                        if (left == 0) {
                            kill();
                        }
                    }
                    start(() -> pump(source, destination, true));
                    start(() -> pump(destination, source, false));
                }
            } catch (IOException e) {
                // killed, or the test has ended
            }
        }

        private void pump(Socket from, Socket to, boolean counted) {
            byte[] bytes = new byte[4096];
            try {
                InputStream in = from.getInputStream();
                for (int n; (n = in.read(bytes)) >= 0;) {
                    int on = counted ? take(n) : n;
                    to.getOutputStream().write(bytes, 0, on);
                    if (on < n) {
                        kill();
                        return;
                    }
                }
                to.shutdownOutput();
            } catch (IOException e) {
                // one of them has gone
            }
        }

        private synchronized int take(int wanted) {
            int given = (int) Math.min(wanted, left);
            left -= given;
            passed += given;
            return given;
        }

        synchronized long passed() {
            return passed;
        }

        private synchronized void kill() throws IOException {
            listener.close();
            for (Socket each : sockets) {
                if (!each.isClosed()) {
                    each.setSoLinger(true, 0);
                    each.close();
                }
            }
        }

        @Override
        public void close() throws IOException {
            kill();
            List<Thread> running;
            synchronized (this) {
                running = List.copyOf(threads);
            }
            running.forEach(Threads::join);
        }
    }

    /** It is told the number, because main may run ahead of the channels' connections on the way. */
    private MigrationDestination destination(int timeout) {
        return new MigrationDestination(methods, MigrationParameters.builder().set("timeout", timeout)
                .set("multifd-channels", 3).build(), RamSupplier.allocating(1 << 30));
    }

    private MigrationSource source(TestGuest guest) {
        return new MigrationSource(methods, MigrationParameters.builder().set("multifd-compression", "plain")
                .set("multifd-channels", 3).build(), guest.ram, guest.log, guest);
    }

    private static TestGuest guest() {
        return new TestGuest(TestGuest.ram(4096, 2 << 20), 3, new byte[1000]);
    }

    /** How much there is to cut: it is the same each time. */
    @BeforeEach
    void measure() throws Exception {
        try (MigrationDestination destination = destination(Eventually.PATIENT_MILLIS); TestGuest guest = guest();
                Cut none = new Cut(destination.listen("tcp:127.0.0.1:0"), Long.MAX_VALUE)) {
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            source(guest).migrate(none.address());
            received.get();
            total = none.passed();
        }
        assertTrue(total > 1 << 20, total + " bytes");
    }

    /** The first and the last byte, and some between. */
    private LongStream places() {
        SplittableRandom random = new SplittableRandom(SEED);
        return LongStream.concat(LongStream.of(0, total - 1), random.longs(RUNS, BEGUN, total - 1));
    }

    private static void assertPeer(MigrationException error, String where) {
        assertNotNull(error, where);
        assertEquals(Kind.PEER, error.kind(), where + ": " + error.getMessage());
        assertFalse(error.getMessage().contains("\n"), error.getMessage());
    }

    /** Once its last byte is on the way, nobody but the destination knows. */
    private static void assertPeerOrUnknown(MigrationException error, String where) {
        if (error.kind() != Kind.UNKNOWN) {
            assertPeer(error, where);
        }
        assertFalse(error.getMessage().contains("\n"), error.getMessage());
    }

    /** It ends by itself, unless not a byte came: then it waits for its first connection without limit. */
    private static void assertEnded(MigrationDestination destination, CompletableFuture<MigrationStats> received,
            long place, String where) {
        if (place == 0) {
            assertEquals(0, destination.stats().elapsedNanos(), where);
            destination.cancel();
        }
        MigrationException error = (MigrationException) assertThrows(ExecutionException.class, received::get, where)
                .getCause();
        Set<Kind> expected = place == 0 ? Set.of(Kind.INTERRUPTED) : Set.of(Kind.PEER, Kind.STREAM);
        assertTrue(expected.contains(error.kind()), where + ": " + error.kind() + " " + error.getMessage());
        assertFalse(error.getMessage().contains("\n"), error.getMessage());
        assertEquals(null, destination.deviceState(), where);
    }

    @Test
    void shouldEndBothEnds() throws Exception {
        for (long place : places().toArray()) {
            String where = "cut after " + place + " of " + total + " bytes";
            try (MigrationDestination destination = destination(1000); TestGuest guest = guest();
                    Cut cut = new Cut(destination.listen("tcp:127.0.0.1:0"), place)) {
                CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
                assertPeerOrUnknown(assertThrows(MigrationException.class, () -> source(guest).migrate(cut.address()),
                        where), where);
                assertEnded(destination, received, place, where);
            }
        }
    }

    @Test
    void shouldEndBothSidesOfARelay() throws Exception {
        for (long place : places().toArray()) {
            String where = "cut after " + place + " of " + total + " bytes";
            try (MigrationDestination destination = destination(1000); TestGuest guest = guest();
                    Cut cut = new Cut(destination.listen("tcp:127.0.0.1:0"), place);
                    Relaying relaying = new Relaying(methods, "other", cut.address())) {
                CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
                assertPeerOrUnknown(assertThrows(MigrationException.class,
                        () -> source(guest).migrate(relaying.address), where),
                        where);
                assertPeer(relaying.next().error(), where);
                assertEnded(destination, received, place, where);
            }
        }
    }
}
