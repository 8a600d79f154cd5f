package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.transport.Address;

/** The network loses one connection of several without a word: whoever gives up names it. */
class BlackHoleTest {

    private static final int GUEST = 40 << 20;
    private static final int BANDWIDTH = 10 << 20;
    private static final int TIMEOUT_MILLIS = 1000;
    /** The connection that is lost: main is the first one, channel 0 the next. */
    private static final int LOST = 2;
    private static final int BEFORE_IT_IS_LOST = 256 * 1024;

    @ParameterizedTest(name = "at the source: {0}")
    @ValueSource(booleans = {true, false})
    void shouldNameTheChannelThatStoppedFirst(boolean atSource) throws Exception {
        try (Pair pair = new Pair(new TestGuest(TestGuest.ram(4096, GUEST), 3, new byte[0])); Hole hole = new Hole()) {
            pair.source.set("multifd-channels", 2).set("max-bandwidth", BANDWIDTH)
                    .set("timeout", atSource ? TIMEOUT_MILLIS : Eventually.PATIENT_MILLIS);
            pair.destination.set("multifd-channels", 2)
                    .set("timeout", atSource ? Eventually.PATIENT_MILLIS : TIMEOUT_MILLIS);
            MigrationDestination destination = pair.listening();
            hole.destination = Address.parse(destination.listen("tcp:127.0.0.1:0")).port();
            CompletableFuture<MigrationException> received = CompletableFuture.supplyAsync(() -> error(
                    destination::receive));
            MigrationSource source = new MigrationSource(pair.sourceMethods, pair.source.build(), pair.guest.ram,
                    pair.log, pair.guest);
            MigrationException sent = error(() -> source.migrate("tcp:127.0.0.1:" + hole.listener.getLocalPort()));
            MigrationException error = atSource ? sent : received.get();
            assertEquals(Kind.PEER, error.kind());
            assertTrue(error.getMessage().matches("no byte moved for 1000 ms: the peer is silent or the connection is "
                    + "gone \\(channel 1 stopped first, [0-9]+ ms ago\\); see what the peer does, or raise timeout.*"),
                    error.getMessage());
            destination.close();
        }
    }

    /** One end of a migration. */
    @FunctionalInterface
    private interface End {
        void run() throws MigrationException;
    }

    private static MigrationException error(End end) {
        try {
            end.run();
            throw new AssertionError("it succeeded");
        } catch (MigrationException e) {
            return e;
        }
    }

    /** Passes everything on, but of one connection no more than the beginning. */
    private static final class Hole implements AutoCloseable {

        final ServerSocket listener = new ServerSocket();
        private final CountDownLatch closed = new CountDownLatch(1);
        volatile int destination;

        Hole() throws IOException {
            listener.setReceiveBufferSize(BEFORE_IT_IS_LOST); // little is lost on the way
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
            start(() -> {
                for (int i = 0;; i++) {
                    Socket source = listener.accept();
                    Socket to = new Socket(InetAddress.getLoopbackAddress(), destination);
                    int most = i == LOST ? BEFORE_IT_IS_LOST : Integer.MAX_VALUE;
                    start(() -> pump(source, to, most));
                    start(() -> pump(to, source, Integer.MAX_VALUE));
                }
            });
        }

        /** What a thread does. */
        @FunctionalInterface
        private interface Work {
            void run() throws IOException, InterruptedException;
        }

        private static void start(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (IOException | InterruptedException e) {
                    // the test has ended, or one of the ends
                }
            }, "black-hole");
            thread.setDaemon(true);
            thread.start();
        }

        private void pump(Socket from, Socket to, int most) throws IOException, InterruptedException {
            byte[] buffer = new byte[16 * 1024];
            try (from; to) {
                InputStream in = from.getInputStream();
                int left = most;
                for (int n; left > 0 && (n = in.read(buffer, 0, Math.min(left, buffer.length))) >= 0; left -= n) {
                    to.getOutputStream().write(buffer, 0, n);
                }
                if (left == 0) {
                    closed.await();
                }
            }
        }

        @Override
        public void close() throws IOException {
            closed.countDown();
            listener.close();
        }
    }
}
