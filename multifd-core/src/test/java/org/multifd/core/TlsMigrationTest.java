package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.transport.Address;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Connector;
import org.multifd.core.internal.transport.Tls;
import org.multifd.core.internal.wire.InitPacket;

/** Migrations between two multifd peers with TLS. */
class TlsMigrationTest {

    private static Path credentials(String name) {
        return Path.of("src/test/tls", name).toAbsolutePath();
    }

    private static Pair pair(String source, String destination) {
        Pair pair = new Pair();
        pair.source.set("tls-creds", credentials(source)).set("timeout", Eventually.PATIENT_MILLIS);
        pair.destination.set("tls-creds", credentials(destination)).set("timeout", Eventually.PATIENT_MILLIS);
        return pair;
    }

    @ParameterizedTest
    @CsvSource({"plain,1", "plain,16", "'plain,other',3"})
    void shouldMoveARunningGuest(String compression, int channels) throws Exception {
        try (Pair pair = pair("good", "another")) {
            pair.source.set("multifd-compression", compression).set("multifd-channels", channels)
                    .set("tls-hostname", "destination.example");
            pair.destination.set("tls-authz", "CN=somebody; CN=source,O=multifd tests,C=DE");
            pair.guest.start();
            pair.run();
            assertNull(pair.sourceError);
            assertNull(pair.destinationError);
            assertEquals("plain", pair.sent.method());
            MigrationTest.assertSame(pair.guest.ram, pair.incoming.ram());
            assertTrue(pair.sent.wireBytes() > pair.sent.normalPages() * 4096, pair.sent.toString());
        }
    }

    @Test
    void shouldTellTheSourceWhyOverTls() throws Exception {
        try (Pair pair = pair("good", "good")) {
            pair.supplier = RamSupplier.allocating(4096);
            pair.run();
            assertEquals("the destination failed: " + pair.destinationError.getMessage(),
                    pair.sourceError.getMessage());
        }
    }

    private static MigrationException refused(TestGuest guest, String credentials, String uri) {
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-compression", "plain")
                .set("timeout", Eventually.PATIENT_MILLIS)
                .set("tls-creds", credentials(credentials)).build();
        MethodRegistry methods = MethodRegistry.of(new PlainMethod("plain"));
        MigrationException error = assertThrows(MigrationException.class,
                () -> new MigrationSource(methods, parameters, guest.ram, guest.log, guest).migrate(uri));
        assertEquals(Kind.SECURITY, error.kind(), error.getMessage());
        return error;
    }

    @Test
    void shouldRefuseASourceThatIsNotNamedAndServeTheNext() throws Exception {
        try (Pair pair = pair("good", "good"); TestGuest other = new TestGuest(TestGuest.ram(4096, 1 << 20), 3,
                new byte[0])) {
            pair.destination.set("tls-authz", "C=DE,O=multifd tests,CN=source");
            pair.run(uri -> {
                String message = refused(other, "another", uri).getMessage();
                assertTrue(message.endsWith("received the alert certificate_unknown: the peer did not accept the "
                        + "certificate of C=DE,O=multifd tests,CN=another source; see its own message"), message);
            });
            assertNull(pair.sourceError);
            MigrationTest.assertSame(pair.guest.ram, pair.incoming.ram());
        }
    }

    @Test
    void shouldRefuseCredentialsThatAreNotThereBeforeAnythingElse() throws Exception {
        try (Pair pair = pair("good", "absent")) {
            MigrationException error = assertThrows(MigrationException.class,
                    () -> pair.listening().listen("tcp:127.0.0.1:0"));
            assertEquals(credentials("absent") + ": there is no such directory, expected TLS credentials: ca-cert.pem,"
                    + " server-cert.pem and server-key.pem", error.getMessage());
            assertEquals(Kind.SECURITY, error.kind());
            assertEquals(Kind.SECURITY, refused(pair.guest, "elsewhere/..", "tcp:127.0.0.1:9").kind());
        }
    }

    @Test
    void shouldNeedAHostForACertificate() throws Exception {
        try (Pair pair = pair("good", "good")) {
            MigrationSource source = new MigrationSource(pair.sourceMethods, pair.source.build(), pair.guest.ram,
                    pair.log, pair.guest);
            MigrationException error = assertThrows(MigrationException.class, () -> source.migrate("unix:/nowhere"));
            assertEquals("tls-hostname: received none with unix:/nowhere, which has no host, expected the name in "
                    + "the destination's certificate", error.getMessage());
            assertEquals(Kind.USAGE, error.kind());
        }
    }

    @Test
    void shouldNotPretendToProtectAFile() throws Exception {
        try (Pair pair = pair("good", "good")) {
            MigrationSource source = new MigrationSource(pair.sourceMethods, pair.source.set("multifd-compression",
                    "none").build(), pair.guest.ram, pair.log, pair.guest);
            MigrationException error = assertThrows(MigrationException.class,
                    () -> source.migrate("file:/nowhere/guest"));
            assertEquals("tls-creds: received with a file, expected an address: TLS protects connections, a file "
                    + "lies as it is written", error.getMessage());
            assertEquals(Kind.USAGE, error.kind());
        }
    }

    /** Both hold certificates of the same authority, but a migration is one peer's. */
    @Test
    void shouldTakeAllChannelsFromOnePeer() throws Exception {
        try (Pair pair = pair("good", "good")) {
            MigrationDestination destination = pair.listening();
            Address address = Address.parse(destination.listen("tcp:127.0.0.1:0"));
            CompletableFuture<MigrationException> failed = CompletableFuture.supplyAsync(
                    () -> assertThrows(MigrationException.class, destination::receive));
            try (Connection main = connect(address, "good"); Connection first = introduce(address, "good", 0)) {
                main.writeFully(ByteBuffer.wrap(new byte[] {'Q', 'E', 'V', 'M', 0, 0, 0, 3}));
                while (destination.stats().elapsedNanos() == 0) {
                    Thread.onSpinWait(); // until it is part of the migration
                }
                try (Connection second = introduce(address, "another", 1)) {
                    ended(second);
                    assertEquals("C=DE,O=multifd tests,CN=destination", first.identity());
                }
                try (Connection third = introduce(address, "good", 0)) {
                    // its id came a second time: that is another error, as it is the same peer
                    assertEquals("received channel id 0 a second time, expected once", failed.get().getMessage());
                    assertNotNull(third.identity());
                }
            }
        }
    }

    private static Connection connect(Address address, String credentials) throws IOException {
        return new Connector(address, 5000, Tls.client(credentials(credentials), true, "localhost")).connect();
    }

    private static Connection introduce(Address address, String credentials, int channel) throws IOException {
        Connection connection = connect(address, credentials);
        ByteBuffer init = ByteBuffer.allocate(InitPacket.SIZE);
        new InitPacket(InitPacket.NO_UUID, channel, null).encode(init);
        connection.writeFully(init.flip());
        return connection;
    }

    private static void ended(Connection connection) {
        try {
            while (connection.read(ByteBuffer.allocate(64)) >= 0) {
                continue;
            }
        } catch (IOException e) {
            // a reset is an end, too
        }
    }

    /** What an attacker can do who cannot read: cut a channel where a packet may end. */
    @Test
    void shouldNotTakeACutForAnEnd() throws Exception {
        try (Pair pair = pair("good", "good"); Cutter cutter = new Cutter()) {
            pair.destination.set("multifd-channels", 1);
            pair.source.set("multifd-channels", 1);
            MigrationDestination destination = pair.listening();
            cutter.destination = Address.parse(destination.listen("tcp:127.0.0.1:0")).port();
            CompletableFuture<MigrationException> failed = CompletableFuture.supplyAsync(
                    () -> assertThrows(MigrationException.class, destination::receive));
            MigrationSource source = new MigrationSource(pair.sourceMethods, pair.source.build(), pair.guest.ram,
                    pair.log, pair.guest);
            assertThrows(MigrationException.class, () -> source.migrate("tcp:127.0.0.1:"
                    + cutter.listener.getLocalPort()));
            MigrationException error = failed.get();
            assertTrue(error.getMessage().contains("channel 0, packet ")
                    && error.getMessage().contains("cut off, without TLS's"
                    + " close_notify"), error.getMessage());
            assertEquals(Kind.PEER, error.kind());
        }
    }

    /** Passes main on, and of the channel what fits one read beyond a handshake. */
    private static final class Cutter implements AutoCloseable {

        private static final int HANDSHAKE = 16 * 1024;

        final ServerSocket listener = new ServerSocket(0, 4, InetAddress.getLoopbackAddress());
        volatile int destination;

        Cutter() throws IOException {
            new Thread(() -> {
                try {
                    for (int i = 0; i < 2; i++) {
                        Socket source = listener.accept();
                        Socket to = new Socket(InetAddress.getLoopbackAddress(), destination);
                        int most = i == 0 ? Integer.MAX_VALUE : HANDSHAKE;
                        new Thread(() -> pump(source, to, most)).start();
                        new Thread(() -> pump(to, source, Integer.MAX_VALUE)).start();
                    }
                } catch (IOException e) {
                    // closed: the test has ended
                }
            }).start();
        }

        private static void pump(Socket from, Socket to, int most) {
            byte[] buffer = new byte[4096];
            try {
                InputStream in = from.getInputStream();
                int left = most;
                for (int n; left > 0 && (n = in.read(buffer, 0, Math.min(left, buffer.length))) >= 0; left -= n) {
                    to.getOutputStream().write(buffer, 0, n);
                }
                to.shutdownOutput();
            } catch (IOException e) {
                // an end of the migration
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    @Test
    void shouldRelayOnlyTheMachineThatIsNamed() throws Exception {
        UUID uuid = new UUID(1, 2);
        try (Pair pair = new Pair()) {
            pair.source.set("uuid", new UUID(3, 4)).set("timeout", 1000);
            MigrationParameters incoming = MigrationParameters.builder().set("uuid", uuid).build();
            MigrationParameters outgoing = MigrationParameters.builder().set("multifd-compression", "plain")
                    .set("timeout", 1000)
                    .build();
            String destination = pair.listening().listen("tcp:127.0.0.1:0");
            try (Relaying relaying = new Relaying(new Relay(pair.sourceMethods, incoming, outgoing), destination)) {
                MigrationSource stranger = new MigrationSource(pair.sourceMethods, pair.source.build(), pair.guest.ram,
                        pair.log, pair.guest);
                assertEquals(Kind.PEER, assertThrows(MigrationException.class, () -> stranger.migrate(relaying.address))
                        .kind());
                CompletableFuture<MigrationStats> received = MigrationTest.receive(pair.incoming);
                assertEquals("received a main channel and no multifd channel of uuid " + uuid
                        + " within 1000 ms, expected both", relaying.next().error().getMessage());
                pair.source.set("uuid", uuid);
                new MigrationSource(pair.sourceMethods, pair.source.build(), pair.guest.ram, pair.log, pair.guest)
                        .migrate(relaying.address);
                received.get();
            }
        }
    }
}
