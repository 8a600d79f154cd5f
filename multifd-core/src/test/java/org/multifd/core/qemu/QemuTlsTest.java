package org.multifd.core.qemu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.Eventually;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.MigrationStats;
import org.multifd.core.RamSupplier;
import org.multifd.core.Relay;
import org.multifd.core.RelayStats;
import org.multifd.core.Relaying;
import org.multifd.core.Warnings;

/** A stock, unpatched QEMU with its TLS credentials, on either side; and what becomes of those that do not match. */
@Tag("qemu")
class QemuTlsTest {

    private static final MethodRegistry METHODS = MethodRegistry.load();

    /** One is enough: TLS is below all that versions differ in. */
    private static final QemuBinary BINARY = QemuBinary.all().get(0);

    /** How the line begins that says why a connection is not taken. */
    private static final String REFUSED = "connection from tcp:127\\.0\\.0\\.1:\\d+ refused: ";

    @TempDir
    static Path temp;

    private static Path snapshot;
    private static long passes;

    @TempDir
    Path directory;

    /** A client's credentials that know the good server's authority: it is the server that turns it away. */
    private Path knowingTheServer(String credentials) throws Exception {
        Path mixed = directory("mixed");
        Files.copy(Path.of(credentials("good"), "ca-cert.pem"), mixed.resolve("ca-cert.pem"));
        for (String file : List.of("client-cert.pem", "client-key.pem")) {
            Files.copy(Path.of(credentials(credentials), file), mixed.resolve(file));
        }
        return mixed;
    }

    private static String credentials(String name) {
        return Path.of("src/test/tls", name).toAbsolutePath().toString();
    }

    private static MigrationParameters.Builder with(String name) {
        return MigrationParameters.builder().set("timeout", Eventually.PATIENT_MILLIS).set("tls-creds",
                credentials(name));
    }

    /** Saves the counter guest by TLS. */
    @BeforeAll
    static void save() throws Exception {
        BINARY.require("QEMU");
        snapshot = temp.resolve("guest.mig");
        try (Qemu qemu = Qemu.counting(BINARY, Files.createDirectory(temp.resolve("source")),
                Qemu.credentials("good", "client"));
                MigrationDestination destination = MigrationDestination.intoFile(METHODS, with("good").build(),
                        snapshot, false)) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = QemuSourceTest.receive(destination);
            qemu.configure("zstd", 2, true);
            qemu.useTls("");
            qemu.migrate(uri);
            received.get();
            assertEquals("completed", qemu.awaitEnd());
            passes = CounterGuest.passes(qemu.ram());
        }
        assertTrue(passes > 0, passes + " passes");
    }

    private Path directory(String name) throws Exception {
        return Files.createDirectories(directory.resolve(name));
    }

    @ParameterizedTest
    @CsvSource({"none,1,false", "none,2,true", "none,4,false", "zlib,2,true", "zlib,4,false", "zstd,1,true",
            "zstd,4,false"})
    void shouldReceiveARunningGuest(String method, int channels, boolean returnPath) throws Exception {
        try (Qemu qemu = Qemu.counting(BINARY, directory, Qemu.credentials("good", "client"));
                MigrationDestination destination = destination("good")) {
            receive(qemu, destination, destination.listen("tcp:127.0.0.1:0"), method, channels, returnPath);
        }
    }

    private static MigrationDestination destination(String credentials) {
        return new MigrationDestination(METHODS, with(credentials).build(), RamSupplier.allocating(64 << 20));
    }

    private static void receive(Qemu qemu, MigrationDestination destination, String uri, String method, int channels,
            boolean returnPath) throws Exception {
        CompletableFuture<MigrationStats> received = QemuSourceTest.receive(destination);
        migrate(qemu, uri, method, channels, returnPath);
        assertEquals(method, received.get().method());
        assertEquals("completed", qemu.awaitEnd());
        ByteBuffer image = ByteBuffer.allocate(16 << 20);
        destination.ram().read("pc.ram", 0, image);
        assertArrayEquals(qemu.ram(), image.array());
    }

    private static void migrate(Qemu qemu, String uri, String method, int channels, boolean returnPath)
            throws Exception {
        qemu.configure(method, channels, returnPath);
        qemu.useTls("");
        qemu.migrate(uri);
    }

    /** A QEMU whose certificate does not hold is turned away; the destination goes on to wait for one whose does. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "unknown | no certificate, expected one signed by a CA in .*; a peer that has one of another CA shows none",
        "expired | a certificate of C=DE,O=multifd tests,CN=source that expired on 2020-01-02T00:00:00Z, expected "
        + "one that is valid"
            + " now; renew it, or set this machine's clock"})
    void shouldNotBeDisturbedByAClientThatItDoesNotKnow(String credentials, String said) throws Exception {
        try (Warnings warnings = new Warnings();
                Qemu stranger = Qemu.counting(BINARY, directory("stranger"),
                        Qemu.credentials(knowingTheServer(credentials), "client"));
                Qemu qemu = Qemu.counting(BINARY, directory("source"), Qemu.credentials("good", "client"));
                MigrationDestination destination = destination("good")) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = QemuSourceTest.receive(destination);
            migrate(stranger, uri, "none", 2, true);
            assertEquals("failed", stranger.awaitEnd());
            warnings.await(REFUSED + "received " + said);
            migrate(qemu, uri, "none", 2, true);
            assertEquals("completed", qemu.awaitEnd());
            received.get();
        }
    }

    @Test
    void shouldServeOnlyAClientThatIsNamed() throws Exception {
        MigrationParameters parameters = with("good").set("tls-authz", "C=DE,O=multifd tests,CN=source").build();
        try (Warnings warnings = new Warnings();
                Qemu stranger = Qemu.counting(BINARY, directory("stranger"), Qemu.credentials("another", "client"));
                Qemu qemu = Qemu.counting(BINARY, directory("source"), Qemu.credentials("good", "client"));
                MigrationDestination destination =
                        new MigrationDestination(METHODS, parameters, RamSupplier.allocating(64 << 20))) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = QemuSourceTest.receive(destination);
            migrate(stranger, uri, "none", 2, false);
            assertEquals("failed", stranger.awaitEnd());
            warnings.await(REFUSED + "received a certificate of C=DE,O=multifd tests,CN=another source, expected one of"
                    + " C=DE,O=multifd tests,CN=source; tls-authz is who may connect");
            migrate(qemu, uri, "none", 2, false);
            assertEquals("completed", qemu.awaitEnd());
            received.get();
        }
    }

    /** Such a QEMU closes and says why on its own monitor; where it leaves something unread, the close is a reset. */
    @ParameterizedTest
    @CsvSource(delimiter = '>', value = {
        "unknown > received no certificate, expected one signed by a CA in .*; a peer that has one of another CA "
                + "shows none",
        "elsewhere > (the peer closed right after the TLS handshake: it may not accept this side's certificate; see "
        + "its own"
            + " message|Connection reset)"})
    void shouldOutliveAQemuThatDoesNotAcceptIt(String credentials, String said) throws Exception {
        try (Warnings warnings = new Warnings();
                Qemu qemu = Qemu.counting(BINARY, directory, Qemu.credentials("good", "client"));
                MigrationDestination destination = destination(credentials)) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = QemuSourceTest.receive(destination);
            migrate(qemu, uri, "none", 2, true);
            assertEquals("failed", qemu.awaitEnd());
            warnings.await(REFUSED + said);
            destination.cancel();
            MigrationException error = (MigrationException) assertThrows(ExecutionException.class, received::get)
                    .getCause();
            assertEquals("migration cancelled", error.getMessage());
        }
    }

    @Test
    void shouldOutliveAQemuWithoutTls() throws Exception {
        try (Warnings warnings = new Warnings(); Qemu plain = Qemu.counting(BINARY, directory("plain"));
                Qemu qemu = Qemu.counting(BINARY, directory("source"), Qemu.credentials("good", "client"));
                MigrationDestination destination = destination("good")) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = QemuSourceTest.receive(destination);
            plain.configure("none", 2, true);
            plain.migrate(uri);
            assertEquals("failed", plain.awaitEnd());
            warnings.await(REFUSED + "received 0x5145564d, a connection without TLS, expected TLS; give the source "
                    + "tls-creds");
            migrate(qemu, uri, "none", 2, true);
            assertEquals("completed", qemu.awaitEnd());
            received.get();
        }
    }

    @Test
    void shouldOutliveAQemuWithTlsIfItHasNone() throws Exception {
        try (Warnings warnings = new Warnings();
                Qemu tls = Qemu.counting(BINARY, directory("tls"), Qemu.credentials("good", "client"));
                Qemu qemu = Qemu.counting(BINARY, directory("source"));
                MigrationDestination destination = new MigrationDestination(METHODS,
                        MigrationParameters.builder().set("timeout", Eventually.PATIENT_MILLIS).build(),
                        RamSupplier.allocating(64 << 20))) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = QemuSourceTest.receive(destination);
            migrate(tls, uri, "none", 2, true);
            assertEquals("failed", tls.awaitEnd());
            warnings.await(REFUSED + "received magic 0x16030\\w+, expected 0x5145564d \\(main channel\\) or "
                    + "0x11223344 \\(multifd channel\\); does the peer use TLS, which needs tls-creds here\\?");
            qemu.configure("none", 2, true);
            qemu.migrate(uri);
            assertEquals("completed", qemu.awaitEnd());
            received.get();
        }
    }

    private static MigrationStats send(MigrationParameters.Builder parameters, String uri) throws MigrationException {
        return MigrationSource.fromFile(METHODS, parameters.build(), snapshot).migrate(uri);
    }

    private Qemu waiting(String credentials, String method, int channels, boolean returnPath) throws Exception {
        Qemu qemu = Qemu.waiting(BINARY, directory, Qemu.credentials(credentials, "server"));
        qemu.configure(method, channels, returnPath);
        qemu.useTls("");
        return qemu;
    }

    @ParameterizedTest
    @CsvSource({"none,1,true", "none,4,false", "zlib,2,true", "zstd,1,false", "zstd,2,true", "zstd,4,false",
            "none,16,false"})
    void shouldBringTheGuestBackToLife(String method, int channels, boolean returnPath) throws Exception {
        try (Qemu qemu = waiting("good", method, channels, returnPath)) {
            send(with("good").set("multifd-channels", channels).set("multifd-compression", method)
                    .set("tls-hostname", "destination.example"), qemu.listen());
            assertEquals("completed", qemu.awaitEnd());
            CounterGuest.assertGoesOn(qemu, passes);
        }
    }

    private static MigrationException refused(MigrationParameters.Builder parameters, Qemu qemu) throws Exception {
        String uri = qemu.listen();
        MigrationException error = assertThrows(MigrationException.class,
                () -> send(parameters.set("multifd-compression", "none"), uri));
        assertEquals(Kind.SECURITY, error.kind(), error.getMessage());
        return error;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "unknown   | localhost | C=DE,O=multifd tests,CN=destination signed by O=multifd tests,CN=theirs, expected "
                + "one signed by a CA in",
        "elsewhere | localhost | C=DE,O=multifd tests,CN=elsewhere for host elsewhere.example, 192.0.2.7, expected "
        + "one for localhost", "expired   | localhost | C=DE,O=multifd tests,CN=destination that expired on "
        + "2020-01-02T00:00:00Z, expected one that is valid"})
    void shouldRefuseAQemuWhoseCertificateDoesNotHold(String credentials, String hostname, String expected)
    throws Exception {
        try (Qemu qemu = waiting(credentials, "none", 2, true)) {
            String message = refused(with("good").set("tls-hostname", hostname), qemu).getMessage();
            assertTrue(message.contains("with TLS: received a certificate of " + expected), message);
        }
    }

    @Test
    void shouldSayThatTheQemuDoesNotAcceptItsCertificate() throws Exception {
        try (Qemu qemu = waiting("good", "none", 2, true)) {
            String message = refused(with("good").set("tls-creds", knowingTheServer("unknown")).set("tls-hostname",
                    "localhost"), qemu).getMessage();
            assertTrue(message.contains("not accept the certificate of C=DE,O=multifd tests,CN=source; see its own "
                    + "message"), message);
        }
    }

    @Test
    void shouldSayThatTheQemuHasNoTls() throws Exception {
        try (Qemu qemu = Qemu.waiting(BINARY, directory)) {
            qemu.configure("none", 2, true);
            // It waits for its channels before it looks at what came.
            String message = refused(with("good").set("tls-hostname", "localhost").set("timeout", 1000), qemu)
                    .getMessage();
            assertTrue(message.endsWith("with TLS: the handshake was not over within 1000 ms; does the peer use TLS?"),
                    message);
        }
    }

    @Test
    void shouldSayThatTheQemuWantsTls() throws Exception {
        try (Qemu qemu = waiting("good", "none", 2, true)) {
            String uri = qemu.listen();
            // It just closes, and that may be all that shows.
            String message = assertThrows(MigrationException.class,
                    () -> send(MigrationParameters.builder().set("timeout", Eventually.PATIENT_MILLIS), uri))
                    .getMessage();
            assertTrue(message.endsWith("expected a connection without TLS; give tls-creds")
                    || message.endsWith("(zeros: none), without TLS"), message);
        }
    }

    @ParameterizedTest
    @CsvSource({"none,zstd,2,true", "zstd,none,4,false"})
    void shouldRelayFromTlsToTls(String in, String out, int channels, boolean returnPath) throws Exception {
        try (Qemu source = Qemu.counting(BINARY, directory("source"), Qemu.credentials("good", "client"));
                Qemu destination = waiting("another", out, channels, returnPath);
                Relaying relaying = new Relaying(METHODS, out, destination.listen(), "tls-creds", credentials("good"),
                        "tls-hostname", "localhost")) {
            migrate(source, relaying.address, in, channels, returnPath);
            assertEquals("completed", source.awaitEnd());
            assertEquals("completed", destination.awaitEnd());
            CounterGuest.assertGoesOn(destination, CounterGuest.passes(source.ram()));
            RelayStats relayed = relaying.relayed();
            assertEquals(returnPath, relayed.confirmed());
        }
    }

    /** Plain at the machines, TLS and a method that QEMU has not in between. */
    @ParameterizedTest
    @CsvSource({"2,true", "4,false"})
    void shouldSecureWhatIsBetweenTwoRelays(int channels, boolean returnPath) throws Exception {
        MigrationParameters plain = MigrationParameters.builder().set("multifd-compression", "none").build();
        try (Qemu source = Qemu.counting(BINARY, directory("source")); Qemu destination = Qemu.waiting(BINARY,
                directory("destination"))) {
            destination.configure("none", channels, returnPath);
            try (Relaying second = new Relaying(new Relay(METHODS, with("good").build(), plain), destination.listen());
                    Relaying first = new Relaying(new Relay(METHODS, plain,
                            with("good").set("multifd-compression", "lz4").build()), second.address)) {
                source.configure("none", channels, returnPath);
                source.migrate(first.address);
                assertEquals("completed", source.awaitEnd());
                assertEquals("completed", destination.awaitEnd());
                CounterGuest.assertGoesOn(destination, CounterGuest.passes(source.ram()));
                assertEquals(channels, first.relayed().channels().size());
                assertEquals("lz4", second.relayed().incomingMethod());
            }
        }
    }

    private static void type(Qemu qemu, String block, String uri) throws Exception {
        HowTo.type(qemu, "tls.md", block, Map.of("/etc/pki/qemu", credentials("good"), "tcp:127.0.0.1:4444", uri));
    }

    @Test
    void shouldDoWhatTheHowToSays() throws Exception {
        String authz = "C=DE,O=multifd tests,CN=source";
        Path file = directory.resolve("guest.mig");
        try (Qemu source = Qemu.counting(BINARY, directory("source")); Qemu waiting = Qemu.waiting(BINARY,
                directory("destination"));
                MigrationDestination destination = MigrationDestination.intoFile(METHODS,
                        with("good").set("tls-authz", authz).build(), file, false)) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = QemuSourceTest.receive(destination);
            type(source, "source", uri);
            assertEquals("completed", source.awaitEnd());
            received.get();
            uri = "unix:" + directory.resolve("incoming");
            type(waiting, "destination", uri);
            MigrationSource.fromFile(METHODS, with("good").set("tls-hostname", "localhost").set("multifd-compression",
                    "zstd").build(), file).migrate(uri);
            CounterGuest.assertGoesOn(waiting, CounterGuest.passes(source.ram()));
        }
    }
}
