package org.multifd.core.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.Warnings;

/** What is wrong with one's own credentials is said before anything listens or connects, with the file. */
class CredentialsTest {

    @TempDir
    Path directory;

    @BeforeEach
    void copy() throws IOException {
        copy("good");
    }

    private void copy(String name) throws IOException {
        try (Stream<Path> files = Files.list(TlsPair.credentials(name))) {
            for (Path file : files.toList()) {
                Files.write(directory.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
    }

    private String refused() {
        return assertThrows(TlsException.class, () -> Tls.server(directory, true, null)).getMessage();
    }

    @Test
    void shouldNameTheDirectoryThatIsMissing() {
        Path absent = directory.resolve("absent");
        assertEquals(absent + ": there is no such directory, expected TLS credentials: ca-cert.pem, server-cert.pem and"
                + " server-key.pem",
                assertThrows(TlsException.class, () -> Tls.server(absent, true, null)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ca-cert.pem", "server-cert.pem", "server-key.pem"})
    void shouldNameTheFileThatIsMissing(String name) throws IOException {
        Files.delete(directory.resolve(name));
        assertEquals(directory.resolve(name)
                + ": there is no such file, expected a credential directory with it, as of QEMU's tls-creds-x509",
                refused());
    }

    @Test
    void shouldNeedNoAuthorityToVerifyNobody() throws IOException {
        Files.delete(directory.resolve("ca-cert.pem"));
        Tls.server(directory, false, null);
    }

    @Test
    void shouldRefuseACertificateThatHasExpired() throws IOException {
        copy("expired");
        assertEquals(directory.resolve("server-cert.pem") + ": received a certificate of " + TlsPair.DESTINATION
                + " that expired on 2020-01-02T00:00:00Z, expected one that is valid now; renew it", refused());
    }

    @Test
    void shouldRefuseAKeyOfAnotherCertificate() throws IOException {
        Files.copy(TlsPair.credentials("elsewhere").resolve("server-key.pem"), directory.resolve("new"));
        Files.write(directory.resolve("server-key.pem"), Files.readAllBytes(directory.resolve("new")));
        assertEquals(directory.resolve("server-key.pem") + ": received another certificate's key, expected the one of "
                + directory.resolve("server-cert.pem"), refused());
    }

    @Test
    void shouldWarnOfACertificateForTheOtherUse() throws Exception {
        swap();
        try (Warnings warnings = new Warnings()) {
            Tls.server(directory, true, null);
            warnings.await("server-cert.pem: received a certificate of " + TlsPair.SOURCE
                    + " for a client only, expected one for a server \\(extended key usage serverAuth\\): a peer may"
                    + " refuse it");
            Tls.client(directory, true, "localhost");
            warnings.await("client-cert.pem: received a certificate of " + TlsPair.DESTINATION
                    + " for a server only, expected one for a client \\(extended key usage clientAuth\\): a peer may"
                    + " refuse it");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-rw-rw-", "rw-r--r--", "rw-----w-"})
    void shouldWarnOfAKeyThatOthersCanRead(String permissions) throws Exception {
        Path key = directory.resolve("server-key.pem");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(permissions));
        try (Warnings warnings = new Warnings()) {
            Tls.server(directory, true, null);
            warnings.await(key + ": received a key with permissions " + permissions
                    + ", expected one that others cannot read or write; chmod o= server-key.pem");
        }
    }

    @Test
    void shouldNotWarnOfAKeyOfAGroup() throws Exception {
        Files.setPosixFilePermissions(directory.resolve("server-key.pem"),
                PosixFilePermissions.fromString("rw-r-----"));
        try (Warnings warnings = new Warnings()) {
            Tls.server(directory, true, null);
            swap();
            Tls.server(directory, true, null);
            warnings.await("a peer may refuse it");
            assertTrue(warnings.lines().stream().noneMatch(line -> line.contains("permissions rw-r-----")),
                    warnings.lines().toString());
        }
    }

    private void swap() throws IOException {
        Path good = TlsPair.credentials("good");
        for (String part : new String[] {"-cert.pem", "-key.pem"}) {
            Files.write(directory.resolve("server" + part), Files.readAllBytes(good.resolve("client" + part)));
            Files.write(directory.resolve("client" + part), Files.readAllBytes(good.resolve("server" + part)));
        }
    }

    @Test
    void shouldNotTrustHalfOfTheAuthorities() throws IOException {
        Path file = directory.resolve("ca-cert.pem");
        Files.writeString(file, Files.readString(file) + Files.readString(file).substring(0, 300));
        assertEquals(file + ": received CERTIFICATE, a PEM block that is cut or damaged, expected a CERTIFICATE up to"
                + " its -----END line; copy the file again", refused());
        copy("good");
        Path revoked = directory.resolve("ca-crl.pem");
        String list = Files.readString(TlsPair.credentials("revoking").resolve("ca-crl.pem"));
        Files.writeString(revoked, list + list.substring(0, 200));
        assertEquals(revoked + ": received X509 CRL, a PEM block that is cut or damaged, expected a X509 CRL up to its"
                + " -----END line; copy the file again", refused());
    }

    @Test
    void shouldSayThatAKeyIsCut() throws IOException {
        Path file = directory.resolve("server-key.pem");
        Files.writeString(file, Files.readString(file).substring(0, 300));
        assertEquals(file + ": received a PEM block that is cut or damaged, expected a PRIVATE KEY up to its -----END"
                + " line; copy the file again", refused());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nMAA=\n-----END RSA"
                + " PRIVATE KEY-----\n"})
    void shouldTellHowToConvertAnEncryptedKey(String pem) throws IOException {
        Path file = Files.writeString(directory.resolve("server-key.pem"), pem);
        assertEquals(file + ": received an encrypted key, expected one without a password; convert it with openssl"
                + " pkcs8 -topk8 -nocrypt -in server-key.pem -out NEW.pem", refused());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n",
        "-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----\n",
        "-----BEGIN EC PRIVATE KEY-----\nMIT/\n-----END EC PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\n\n-----END RSA PRIVATE KEY-----\n"})
    void shouldRefuseADamagedKey(String pem) throws IOException {
        Path file = Files.writeString(directory.resolve("server-key.pem"), pem);
        String message = refused();
        assertTrue(message.startsWith(file + ": received a key that cannot be read (")
                && message.endsWith("), expected one of"
                + " algorithm RSA, as the certificate's; openssl pkcs8 -topk8 -nocrypt -in server-key.pem -out NEW.pem"
                + " converts it"), message);
    }

    @Test
    void shouldRefuseWhatIsNoPem() throws IOException {
        Path file = Files.writeString(directory.resolve("ca-cert.pem"), "a letter");
        assertEquals(file + ": received no PEM block, expected a CERTIFICATE", refused());
        Files.write(file, Files.readAllBytes(directory.resolve("server-key.pem")));
        assertEquals(file + ": received PRIVATE KEY, expected a CERTIFICATE", refused());
        Files.write(file, new byte[(1 << 20) + 1]);
        assertEquals(file + ": received 1048577 bytes, expected at most 1048576", refused());
    }

    @Test
    void shouldIgnoreTheTextThatCerttoolWrites() throws IOException {
        Path file = directory.resolve("server-key.pem");
        Files.writeString(file, "Public Key Info:\n\tPublic Key Algorithm: RSA\n\n" + Files.readString(file)
                + "\nmore\n");
        Tls.server(directory, true, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ; ", "source", "CN=source;nonsense"})
    void shouldRefuseNamesThatAreNone(String authz) {
        String message = assertThrows(IllegalArgumentException.class, () -> Tls.server(directory, true, authz))
                .getMessage();
        assertTrue(message.startsWith("tls-authz: received \"") && message.contains("expected"), message);
    }
}
