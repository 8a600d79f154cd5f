package org.multifd.core.internal.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.Eventually;

/** Connections with TLS: what they carry, how they end, and whom they refuse with which words. */
class TlsTest {

    private static final int SIZE = 24 << 20;

    @TempDir
    Path directory;

    /** As a channel does it: one side writes, the other reads. Keys are renewed every MiB in these tests. */
    @Test
    void shouldCarryWhatNoBufferHoldsAndRenewItsKeys() throws Exception {
        try (TlsPair pair = new TlsPair()) {
            long shaken = pair.server.bytesWritten();
            assertArrayEquals(bytes(1), transfer(pair.client, pair.server, 1).get());
            assertTrue(pair.client.bytesWritten() > SIZE && pair.client.bytesWritten() < SIZE + SIZE / 100);
            assertTrue(pair.server.bytesRead() > SIZE && pair.server.bytesRead() <= pair.client.bytesWritten());
            assertTrue(pair.server.bytesWritten() > shaken, "the reading side has renewed its keys, too");
            assertArrayEquals(bytes(2), transfer(pair.server, pair.client, 2).get());
        }
    }

    /** As main does it: its return path is read while it is written. */
    @Test
    void shouldCarryBothWaysAtOnce() throws Exception {
        try (TlsPair pair = new TlsPair()) {
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                ByteBuffer record = ByteBuffer.allocateDirect(16);
                for (int i = 0; i < 10_000; i++) {
                    write(pair.client, record.clear().putInt(i).position(16).flip());
                }
            });
            CompletableFuture<Void> answering = CompletableFuture.runAsync(() -> {
                ByteBuffer record = ByteBuffer.allocate(16);
                for (int i = 0; i < 10_000; i++) {
                    read(pair.server, record.clear());
                    if (i % 10 == 0) {
                        write(pair.server, record.flip());
                    }
                }
            });
            ByteBuffer answer = ByteBuffer.allocateDirect(16);
            for (int i = 0; i < 10_000; i += 10) {
                pair.client.readFully(answer.clear(), "an answer");
                assertEquals(i, answer.getInt(0));
            }
            writing.get();
            answering.get();
            assertEquals(TlsPair.DESTINATION, pair.client.identity());
            assertEquals(TlsPair.SOURCE, pair.server.identity());
        }
    }

    private static void write(Connection to, ByteBuffer bytes) {
        try {
            to.writeFully(bytes);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static void read(Connection from, ByteBuffer into) {
        try {
            from.readFully(into, "a record");
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static byte[] bytes(int seed) {
        byte[] bytes = new byte[SIZE];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Gathers from heap and direct buffers of odd sizes, scatters into others. */
    private static CompletableFuture<byte[]> transfer(Connection from, Connection to, int seed) {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(seed));
        int middle = SIZE / 3 + seed;
        ByteBuffer direct = ByteBuffer.allocateDirect(SIZE - middle).put(bytes.slice(middle, SIZE - middle)).flip();
        new Thread(() -> {
            try {
                from.writeFully(new ByteBuffer[] {null, bytes.slice(0, 7), bytes.slice(7, middle - 7), direct}, 1, 3);
            } catch (IOException e) {
                to.close();
            }
        }).start();
        return CompletableFuture.supplyAsync(() -> {
            ByteBuffer received = ByteBuffer.allocate(SIZE);
            ByteBuffer[] into =
                    {ByteBuffer.allocateDirect(SIZE / 2 + 11), received.slice(SIZE / 2 + 11, SIZE - SIZE / 2 - 11)};
            try {
                to.readFully(into, 0, 2, "test bytes");
            } catch (IOException e) {
                throw new CompletionException(e);
            }
            received.put(into[0].flip());
            return received.array();
        });
    }

    /** Two records are written at once, and read off the socket at once: nothing is left there. */
    @Test
    void shouldKnowOfARecordThatIsReadAndNotDecrypted() throws Exception {
        byte[] sent = new byte[16 * 1024 + 100];
        new Random(1).nextBytes(sent);
        try (TlsPair pair = new TlsPair()) {
            assertTrue(pair.server.isQuiet(0));
            pair.client.writeFully(ByteBuffer.wrap(sent));
            ByteBuffer received = ByteBuffer.allocate(sent.length);
            assertFalse(pair.server.isQuiet(Eventually.PATIENT_MILLIS));
            while (received.hasRemaining()) {
                assertFalse(pair.server.isQuiet(Eventually.PATIENT_MILLIS), () -> "quiet before " + received);
                assertTrue(pair.server.read(received) > 0);
            }
            assertArrayEquals(sent, received.array());
            assertTrue(pair.server.isQuiet(0));
            pair.client.shutdownOutput();
            assertFalse(pair.server.isQuiet(Eventually.PATIENT_MILLIS));
            assertEquals(-1, pair.server.read(ByteBuffer.allocate(1)));
        }
    }

    /** A ticket is bytes on the socket, and no data; whoever reads on for data would wait without end. */
    @Test
    void shouldNotTakeATicketForData() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 4, InetAddress.getLoopbackAddress());
                Listener listener = Listener.open(Address.parse("tcp:127.0.0.1:0"), 4)) {
            CompletableFuture<Connection> secured = CompletableFuture.supplyAsync(() -> secured(true, listener,
                    server.getLocalPort()));
            try (SSLSocket peer = serving(server.accept())) {
                peer.startHandshake();
                try (Connection connection = secured.get()) {
                    long shaken = connection.bytesRead();
                    while (connection.bytesRead() == shaken) {
                        assertTrue(connection.isQuiet(1));
                    }
                    peer.getOutputStream().write(42);
                    assertFalse(connection.isQuiet(Eventually.PATIENT_MILLIS));
                    assertEquals(1, connection.read(ByteBuffer.allocate(4)));
                }
            }
        }
    }

    @Test
    void shouldReadOnAfterItHasEndedItsOwnOutput() throws Exception {
        try (TlsPair pair = new TlsPair()) {
            pair.client.shutdownOutput();
            assertEquals(-1, pair.server.read(ByteBuffer.allocate(1)));
            assertFalse(pair.server.cutOff());
            pair.server.writeFully(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            ByteBuffer answer = ByteBuffer.allocate(3);
            pair.client.readFully(answer, "an answer");
            assertEquals(ByteBuffer.wrap(new byte[] {1, 2, 3}), answer.flip());
            pair.server.shutdownOutput();
            assertEquals(-1, pair.client.read(ByteBuffer.allocate(1)));
            assertFalse(pair.client.cutOff());
        }
    }

    @Test
    void shouldTellACutFromAnEnd() throws Exception {
        try (TlsPair pair = new TlsPair()) {
            pair.client.writeFully(ByteBuffer.wrap(new byte[5]));
            pair.client.close();
            EOFException error =
                    assertThrows(EOFException.class, () -> pair.server.readFully(ByteBuffer.allocate(8), "a header"));
            assertEquals("connection cut off, without TLS's close_notify: received 5 bytes of a header, expected 8",
                    error.getMessage());
            assertTrue(pair.server.cutOff());
        }
    }

    /** The peer has stopped to read and nothing more fits: the end must not wait for it. */
    @Test
    void shouldEndWhileTheOutputIsStuck() throws Exception {
        try (TlsPair pair = new TlsPair()) {
            CompletableFuture<Throwable> writing = CompletableFuture.supplyAsync(() ->
                    assertThrows(IOException.class, () -> {
                        while (true) {
                            pair.client.writeFully(ByteBuffer.allocate(1 << 20));
                        }
                    }));
            while (pair.client.bytesWritten() < 1 << 16) {
                Thread.onSpinWait();
            }
            pair.client.shutdownOutput();
            writing.get();
        }
    }

    @ParameterizedTest
    @CsvSource({"good,another", "another,good", "another,another"})
    void shouldTakeKeysInEachForm(String client, String server) throws Exception {
        try (TlsPair pair = new TlsPair(TlsPair.client(client), TlsPair.server(server))) {
            assertNull(pair.clientError);
            assertNull(pair.serverError);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldSpeakWhatThePeerSpeaks(String protocol) throws Exception {
        try (Listener listener = Listener.open(Address.parse("tcp:127.0.0.1:0"), 4);
                SSLSocket peer = peer("good", "client", listener.bound())) {
            peer.setEnabledProtocols(new String[] {protocol});
            CompletableFuture<Void> shaking = CompletableFuture.runAsync(() -> shake(peer));
            try (Connection server = listener.accept()) {
                server.secure(TlsPair.server("good"));
                shaking.get();
                assertEquals(protocol, peer.getSession().getProtocol());
                peer.getOutputStream().write(42);
                assertEquals(1, server.read(ByteBuffer.allocate(4)));
                server.writeFully(ByteBuffer.wrap(new byte[] {43}));
                server.shutdownOutput();
                assertEquals(43, peer.getInputStream().read());
                assertEquals(-1, peer.getInputStream().read());
            }
        }
    }

    /** A client that checks nothing, with a certificate that may have expired. */
    private static SSLSocket peer(String credentials, String role, String address) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {OwnCertificate.read(TlsPair.credentials(credentials), role)},
                new TrustManager[] {PeerTrust.anybody()}, null);
        int port = Address.parse(address).port();
        return (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    }

    private static void shake(SSLSocket peer) {
        try {
            peer.startHandshake();
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /** A peer that speaks only what is no longer good. */
    @ParameterizedTest
    @ValueSource(strings = {"TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"})
    void shouldRefuseCipherSuitesWithoutForwardSecrecyOrAead(String suite) throws Exception {
        assumeTrue(!suite.startsWith("TLS_RSA_")
                || !Security.getProperty("jdk.tls.disabledAlgorithms").contains("TLS_RSA_"),
                "this Java's own peer does not offer it");
        try (Listener listener = Listener.open(Address.parse("tcp:127.0.0.1:0"), 4);
                SSLSocket peer = peer("good", "client", listener.bound())) {
            peer.setEnabledProtocols(new String[] {"TLSv1.2"});
            peer.setEnabledCipherSuites(new String[] {suite});
            CompletableFuture<Throwable> alert =
                    CompletableFuture.supplyAsync(() -> assertThrows(SSLException.class, peer::startHandshake));
            try (Connection server = listener.accept()) {
                assertEquals("received no cipher suite that is accepted, expected TLS 1.3, or TLS 1.2 with ECDHE and"
                        + " GCM or ChaCha20-Poly1305; see the peer's TLS settings",
                        assertThrows(TlsException.class, () -> server.secure(TlsPair.server("good"))).getMessage());
                assertTrue(alert.get().getMessage().contains("handshake_failure"), alert.get().getMessage());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"})
    void shouldTakeCipherSuitesWithForwardSecrecyAndAead(String suite) throws Exception {
        try (Listener listener = Listener.open(Address.parse("tcp:127.0.0.1:0"), 4);
                SSLSocket peer = peer("good", "client", listener.bound())) {
            peer.setEnabledProtocols(new String[] {"TLSv1.2"});
            peer.setEnabledCipherSuites(new String[] {suite});
            CompletableFuture<Void> shaking = CompletableFuture.runAsync(() -> shake(peer));
            try (Connection server = listener.accept()) {
                server.secure(TlsPair.server("good"));
                shaking.get();
                assertEquals(suite, peer.getSession().getCipherSuite());
            }
        }
    }

    @ParameterizedTest(name = "the peer serves: {0}")
    @ValueSource(booleans = {false, true})
    void shouldRefuseToRenegotiate(boolean peerServes) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 4, InetAddress.getLoopbackAddress());
                Listener listener = Listener.open(Address.parse("tcp:127.0.0.1:0"), 4)) {
            CompletableFuture<Connection> secured = CompletableFuture.supplyAsync(() -> secured(peerServes, listener,
                    server.getLocalPort()));
            try (SSLSocket peer = peerServes ? serving(server.accept()) : peer("good", "client", listener.bound())) {
                peer.setEnabledProtocols(new String[] {"TLSv1.2"});
                peer.startHandshake();
                peer.getOutputStream().write(42);
                try (Connection connection = secured.get()) {
                    assertEquals(1, connection.read(ByteBuffer.allocate(4)));
                    CompletableFuture<Throwable> refused = CompletableFuture.supplyAsync(() -> assertThrows(
                            TlsException.class, () -> connection.read(ByteBuffer.allocate(4))));
                    peer.startHandshake();
                    assertEquals("received a TLS renegotiation, expected data: it is refused",
                            refused.get().getMessage());
                }
            }
        }
    }

    private static Connection secured(boolean peerServes, Listener listener, int port) {
        try {
            if (peerServes) {
                return new Connector(Address.parse("tcp:127.0.0.1:" + port), 10_000, TlsPair.client("good")).connect();
            }
            Connection connection = listener.accept();
            connection.secure(TlsPair.server("good"));
            return connection;
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static SSLSocket serving(Socket socket) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {OwnCertificate.read(TlsPair.credentials("good"), "server")},
                new TrustManager[] {PeerTrust.anybody()}, null);
        SSLSocket serving = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
        serving.setUseClientMode(false);
        return serving;
    }

    private static String serverRefuses(String client, Tls server) throws Exception {
        try (Listener listener = Listener.open(Address.parse("tcp:127.0.0.1:0"), 4);
                SSLSocket peer = peer(client, "client", listener.bound())) {
            CompletableFuture<Throwable> alert = CompletableFuture.supplyAsync(() ->
                    assertThrows(SSLException.class, () -> {
                        peer.startHandshake();
                        peer.getInputStream().read();
                    }));
            try (Connection connection = listener.accept()) {
                String message = assertThrows(TlsException.class, () -> connection.secure(server)).getMessage();
                assertTrue(alert.get().getMessage().contains("fatal alert"), alert.get().getMessage());
                return message;
            }
        }
    }

    @Test
    void shouldRefuseAClientOfAnotherAuthority() throws Exception {
        assertEquals("received a certificate of " + TlsPair.SOURCE
                + " signed by O=multifd tests,CN=theirs, expected one signed by a CA in "
                + TlsPair.credentials("good/ca-cert.pem"), serverRefuses("unknown", TlsPair.server("good")));
    }

    @Test
    void shouldRefuseAnExpiredClient() throws Exception {
        assertEquals("received a certificate of " + TlsPair.SOURCE
                + " that expired on 2020-01-02T00:00:00Z, expected one that is valid now; renew it, or set this"
                + " machine's clock", serverRefuses("expired", TlsPair.server("good")));
    }

    @Test
    void shouldRefuseARevokedClient() throws Exception {
        String message = serverRefuses("another", TlsPair.server("revoking"));
        assertTrue(message.matches("received a certificate of C=DE,O=multifd tests,CN=another source that was revoked"
                + " on 20.*Z \\(ca-crl\\.pem\\), expected one that was not"), message);
        try (TlsPair pair = new TlsPair(TlsPair.client("good"), TlsPair.server("revoking"))) {
            assertNull(pair.serverError, "one that was not revoked is served");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"C=DE,O=multifd tests,CN=source", "CN=source, O=multifd tests, C=DE",
        "CN=somebody;cn=source,o=multifd tests,c=de"})
    void shouldServeAClientThatIsNamed(String authz) throws Exception {
        try (TlsPair pair = new TlsPair(TlsPair.client("good"), Tls.server(TlsPair.credentials("good"), true, authz))) {
            assertNull(pair.serverError);
        }
    }

    @Test
    void shouldRefuseAClientThatIsNotNamed() throws Exception {
        Tls server = Tls.server(TlsPair.credentials("good"), true, TlsPair.SOURCE);
        assertEquals("received a certificate of C=DE,O=multifd tests,CN=another source, expected one of "
                + TlsPair.SOURCE + "; tls-authz is who may connect", serverRefuses("another", server));
        // In TLS 1.3 the client learns it with what it reads first.
        try (TlsPair pair = new TlsPair(TlsPair.client("another"), server)) {
            IOException error = pair.clientError != null ? pair.clientError
                    : assertThrows(TlsException.class, () -> pair.client.read(ByteBuffer.allocate(1)));
            assertTrue(error.getMessage().endsWith("the peer did not accept the certificate of C=DE,O=multifd"
                    + " tests,CN=another source; see its own message"), error.getMessage());
        }
    }

    /** Who only writes meets a reset: the reason is there to be read nevertheless. */
    @Test
    void shouldTellAWriterWhyItWasRefused() throws Exception {
        Tls server = Tls.server(TlsPair.credentials("good"), true, TlsPair.SOURCE);
        try (TlsPair pair = new TlsPair(TlsPair.client("another"), server)) {
            assertInstanceOf(TlsException.class, pair.serverError);
            TlsException error = assertThrows(TlsException.class, () -> {
                while (true) {
                    pair.client.writeFully(ByteBuffer.allocate(1 << 20));
                }
            });
            assertTrue(error.getMessage().contains("the peer did not accept the certificate of"), error.getMessage());
        }
    }

    @Test
    void shouldRefuseAClientWithoutCertificateUnlessNoneIsWanted() throws Exception {
        Tls client = Tls.client(TlsPair.credentials("elsewhere"), true, "localhost"); // has no client's certificate
        try (TlsPair pair = new TlsPair(client, TlsPair.server("good"))) {
            assertEquals("received no certificate, expected one signed by a CA in "
                    + TlsPair.credentials("good/ca-cert.pem")
                    + "; a peer that has one of another CA shows none", pair.serverError.getMessage());
        }
        try (TlsPair pair = new TlsPair(client, Tls.server(TlsPair.credentials("good"), false, null))) {
            assertNull(pair.serverError);
            assertNull(pair.clientError);
            assertNull(pair.server.identity());
        }
    }

    private static String clientRefuses(Tls client, Tls server) throws Exception {
        try (TlsPair pair = new TlsPair(client, server)) {
            assertInstanceOf(TlsException.class, pair.serverError);
            String message = assertInstanceOf(TlsException.class, pair.clientError).getMessage();
            assertTrue(message.startsWith("cannot connect to tcp:127.0.0.1:"), message);
            return message.substring(message.indexOf("with TLS: ") + "with TLS: ".length());
        }
    }

    /** The directory has the certificates for the other use. */
    private Path swapped() throws IOException {
        for (String[] pair : new String[][] {{"client", "server"}, {"server", "client"}}) {
            for (String file : new String[] {"-cert.pem", "-key.pem"}) {
                Files.copy(TlsPair.credentials("good").resolve(pair[0] + file), directory.resolve(pair[1] + file));
            }
        }
        return Files.copy(TlsPair.credentials("good/ca-cert.pem"), directory.resolve("ca-cert.pem")).getParent();
    }

    @Test
    void shouldNameTheUseOfACertificateThatIsNotForAServer() throws Exception {
        assertEquals("received a certificate of " + TlsPair.SOURCE + " for a client only, expected one for a server"
                + " (extended key usage serverAuth); issue another one",
                clientRefuses(TlsPair.client("good"), Tls.server(swapped(), true, null)));
    }

    @Test
    void shouldNameTheUseOfACertificateThatIsNotForAClient() throws Exception {
        Tls client = Tls.client(swapped(), true, "localhost");
        try (TlsPair pair = new TlsPair(client, TlsPair.server("good"))) {
            assertEquals("received a certificate of " + TlsPair.DESTINATION + " for a server only, expected one for a"
                    + " client (extended key usage clientAuth); issue another one", pair.serverError.getMessage());
        }
    }

    @Test
    void shouldRefuseAServerForAnotherHost() throws Exception {
        assertEquals("received a certificate of C=DE,O=multifd tests,CN=elsewhere for host elsewhere.example,"
                + " 192.0.2.7, expected one for localhost; tls-hostname is the name to expect",
                clientRefuses(TlsPair.client("good"), TlsPair.server("elsewhere")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"elsewhere.example", "192.0.2.7"})
    void shouldTakeAServerForTheHostThatIsExpected(String hostname) throws Exception {
        try (TlsPair pair =
                new TlsPair(Tls.client(TlsPair.credentials("good"), true, hostname), TlsPair.server("elsewhere"))) {
            assertNull(pair.clientError);
        }
    }

    @Test
    void shouldRefuseAServerOfAnotherAuthority() throws Exception {
        assertEquals("received a certificate of " + TlsPair.DESTINATION
                + " signed by O=multifd tests,CN=theirs, expected one signed by a CA in "
                + TlsPair.credentials("good/ca-cert.pem"),
                clientRefuses(TlsPair.client("good"), TlsPair.server("unknown")));
        try (TlsPair pair = new TlsPair(Tls.client(TlsPair.credentials("good"), false, "x"),
                Tls.server(TlsPair.credentials("unknown"), false, null))) {
            assertNull(pair.clientError, "that is what tls-verify-peer off means");
        }
    }

    @Test
    void shouldRefuseASecondConnectionOfAnotherServer() throws Exception {
        try (Listener listener = Listener.open(Address.parse("tcp:127.0.0.1:0"), 4)) {
            CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> {
                for (String name : new String[] {"good", "another"}) {
                    try {
                        listener.accept().secure(TlsPair.server(name));
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    }
                }
            });
            Connector connector = new Connector(Address.parse(listener.bound()), 10_000, TlsPair.client("good"));
            try (Connection first = connector.connect()) {
                TlsException error = assertThrows(TlsException.class, connector::connect);
                assertTrue(error.getMessage()
                        .endsWith("received a certificate of C=DE,O=multifd tests,CN=another destination,"
                        + " expected one of " + first.identity() + " as on the first connection of this migration"),
                        error.getMessage());
            }
            serving.get();
        }
    }

    @Test
    void shouldTakeTheSameNamesWithOtherKeysForAnotherPeer() throws Exception {
        try (TlsPair one = new TlsPair(TlsPair.client("good"), TlsPair.server("good"));
                TlsPair other = new TlsPair(TlsPair.client("twin"), TlsPair.server("twin"))) {
            assertEquals(one.client.identity(), other.client.identity());
            assertFalse(one.client.isOfSamePeer(other.client));
            assertFalse(one.server.isOfSamePeer(other.server));
            assertEquals("received a certificate of " + TlsPair.SOURCE + " with another key, expected one of "
                    + TlsPair.SOURCE + " as on the first connection of this migration",
                    assertThrows(TlsException.class, () -> other.server.checkIsOfSamePeer(one.server)).getMessage());
        }
    }

    /** Main and a channel are connected: whatever breaks the channel now was not this side's certificate. */
    @Test
    void shouldTellAResetInMidTransferFromARefusedCertificate() throws Exception {
        try (Listener listener = Listener.open(Address.parse("tcp:127.0.0.1:0"), 4)) {
            CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> {
                try {
                    listener.accept().secure(TlsPair.server("good"));
                    try (Connection channel = listener.accept()) {
                        channel.secure(TlsPair.server("good"));
                        channel.readFully(ByteBuffer.allocate(8 << 20), "the beginning");
                    }
                } catch (IOException e) {
                    throw new CompletionException(e);
                }
            });
            Connector connector = new Connector(Address.parse(listener.bound()), 10_000, TlsPair.client("good"));
            try (Connection main = connector.connect(); Connection channel = connector.connect()) {
                IOException error = assertThrows(IOException.class, () -> {
                    while (true) {
                        channel.writeFully(ByteBuffer.allocate(1 << 20));
                    }
                });
                assertFalse(error instanceof TlsException, error.toString());
                assertEquals(TlsPair.DESTINATION, main.identity());
            }
            serving.get();
        }
    }

    @Test
    void shouldNameAConnectionWithoutTls() throws Exception {
        try (Listener listener = Listener.open(Address.parse("tcp:127.0.0.1:0"), 4);
                Connection plain = new Connector(Address.parse(listener.bound()), 5000, null).connect();
                Connection server = listener.accept()) {
            plain.writeFully(ByteBuffer.wrap(new byte[] {'Q', 'E', 'V', 'M', 0, 0, 0, 3}));
            assertEquals("received 0x5145564d, a connection without TLS, expected TLS; give the source tls-creds",
                    assertThrows(TlsException.class, () -> server.secure(TlsPair.server("good"))).getMessage());
        }
    }

    @Test
    void shouldSayThatNobodyAnswersTheHandshake() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 4, InetAddress.getLoopbackAddress())) {
            String address = "tcp:127.0.0.1:" + silent.getLocalPort();
            assertEquals("cannot connect to " + address
                    + " with TLS: the handshake was not over within 200 ms; does the peer use TLS?",
                    assertThrows(TlsException.class,
                            () -> new Connector(Address.parse(address), 200, TlsPair.client("good")).connect())
                            .getMessage());
        }
    }

    @Test
    void shouldSayThatThePeerHungUp() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 4, InetAddress.getLoopbackAddress())) {
            String address = "tcp:127.0.0.1:" + plain.getLocalPort();
            CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> {
                try (Socket socket = plain.accept()) {
                    socket.getInputStream().read(new byte[4]);
                } catch (IOException e) {
                    throw new CompletionException(e);
                }
            });
            assertEquals("cannot connect to " + address
                    + " with TLS: the peer closed the connection during the handshake; does it use TLS? See its own"
                    + " message", assertThrows(TlsException.class,
                            () -> new Connector(Address.parse(address), 10_000, TlsPair.client("good")).connect())
                            .getMessage());
            closing.get();
        }
    }
}
