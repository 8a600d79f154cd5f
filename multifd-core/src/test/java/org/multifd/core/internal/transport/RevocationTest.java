package org.multifd.core.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer whose certificate is from a CA below the one that is trusted, and what ca-crl.pem says of either. */
class RevocationTest {

    private static final String OURS = "O=multifd tests,CN=ours";
    private static final String MIDDLE = "O=multifd tests,CN=middle";
    private static final String RECEIVED = "received a certificate of " + TlsPair.SOURCE;

    @TempDir
    Path directory;

    @BeforeEach
    void copy() throws IOException {
        for (String name : new String[] {"ca-cert.pem", "server-cert.pem", "server-key.pem"}) {
            Files.write(directory.resolve(name), Files.readAllBytes(TlsPair.credentials("chain").resolve(name)));
        }
    }

    private Path lists(String... names) throws IOException {
        StringBuilder lists = new StringBuilder();
        for (String name : names) {
            lists.append(Files.readString(TlsPair.credentials("lists").resolve(name + ".pem")));
        }
        return Files.writeString(directory.resolve("ca-crl.pem"), lists);
    }

    private Tls server() throws IOException {
        return Tls.server(directory, true, null);
    }

    private static String refused(Tls server) throws Exception {
        try (TlsPair pair = new TlsPair(TlsPair.client("chain"), server)) {
            return assertInstanceOf(TlsException.class, pair.serverError).getMessage();
        }
    }

    @Test
    void shouldServeAChainOfWhichNothingIsRevoked() throws Exception {
        try (TlsPair pair = new TlsPair(TlsPair.client("chain"), server())) {
            assertNull(pair.serverError, "without lists");
        }
        lists("ours", "middle");
        try (TlsPair pair = new TlsPair(TlsPair.client("chain"), server())) {
            assertNull(pair.serverError);
            assertNull(pair.clientError);
        }
    }

    @ParameterizedTest
    @CsvSource({"ours-revoking-middle, middle, ' whose CA " + MIDDLE + "'", "ours, middle-revoking-client, ' that'"})
    void shouldRefuseWhatIsRevokedAtEachDepth(String first, String second, String what) throws Exception {
        lists(first, second);
        String message = refused(server());
        assertTrue(message.matches(RECEIVED + what
                + " was revoked on 20[^ ]*Z \\(ca-crl\\.pem\\), expected one that was not"), message);
    }

    @Test
    void shouldTellAServersClientWhatIsRevoked() throws Exception {
        Files.write(directory.resolve("client-cert.pem"), Files.readAllBytes(TlsPair.credentials("chain")
                .resolve("client-cert.pem")));
        Files.write(directory.resolve("client-key.pem"), Files.readAllBytes(TlsPair.credentials("chain")
                .resolve("client-key.pem")));
        lists("ours-revoking-middle", "middle");
        try (TlsPair pair = new TlsPair(Tls.client(directory, true, "localhost"), TlsPair.server("chain"))) {
            String message = assertInstanceOf(TlsException.class, pair.clientError).getMessage();
            assertTrue(message.contains("received a certificate of " + TlsPair.DESTINATION + " whose CA " + MIDDLE
                    + " was revoked on 20"), message);
        }
    }

    @Test
    void shouldNameTheCaWhoseListIsMissing() throws Exception {
        Path file = lists("ours");
        assertEquals(RECEIVED + " that cannot be checked: received lists of " + OURS
                + ", expected one of each CA above it; add the list of " + MIDDLE + " (" + file + ")",
                refused(server()));
    }

    /** A relay that has run for long: the list has expired since. */
    @Test
    void shouldNameTheListThatHasExpiredSinceTheStart() throws Exception {
        Path file = lists("ours", "middle-expired");
        String message = assertThrows(TlsException.class, this::server).getMessage();
        assertEquals(file + ": received a list of " + MIDDLE + " that expired on 2020-01-02T00:00:00Z, expected one"
                + " that is valid now; get a new list from this CA", message);
        PeerTrust trust = PeerTrust.of(directory.resolve("ca-cert.pem"),
                Pem.read(directory.resolve("ca-cert.pem")).certificates(), Revocations.read(file), Map.of());
        X509Certificate[] chain = Pem.read(TlsPair.credentials("chain/client-cert.pem")).certificates()
                .toArray(X509Certificate[]::new);
        try (Socket socket = new Socket()) {
            assertEquals(RECEIVED + " that cannot be checked: received a list of " + MIDDLE
                    + " that expired on 2020-01-02T00:00:00Z, expected one that is valid now; get a new list from this"
                    + " CA (" + file + ")", assertThrows(CertificateException.class,
                            () -> trust.checkClientTrusted(chain, "RSA", socket)).getMessage());
        }
    }

    @Test
    void shouldRefuseAListThatHasExpiredAtTheStart() throws Exception {
        Path file = lists("ours-expired", "middle");
        assertEquals(file + ": received a list of " + OURS + " that expired on 2020-01-02T00:00:00Z, expected one that"
                + " is valid now; get a new list from this CA",
                assertThrows(TlsException.class, this::server).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"theirs", "middle"})
    void shouldRefuseListsOfOtherCasOnlyAtTheStart(String name) throws Exception {
        Path file = lists(name);
        assertEquals(file + ": received lists of O=multifd tests,CN=" + name + ", expected a list of a CA in "
                + directory.resolve("ca-cert.pem") + ", without which no peer's certificate can be checked",
                assertThrows(TlsException.class, this::server).getMessage());
    }

    /** A CA of the same name that was made anew. */
    @Test
    void shouldRefuseAListThatAnotherKeyHasSigned() throws Exception {
        Path file = lists("ours", "ours-of-another-key");
        assertEquals(file + ": received a list of " + OURS + " that another key has signed, expected the key of this CA"
                + " in " + directory.resolve("ca-cert.pem") + "; get the list again from this CA",
                assertThrows(TlsException.class, this::server).getMessage());
    }
}
