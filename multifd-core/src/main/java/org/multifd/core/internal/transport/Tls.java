package org.multifd.core.internal.transport;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.security.auth.x500.X500Principal;
import org.multifd.core.internal.wire.Text;

/**
 * One side's credentials, from a directory as QEMU's tls-creds-x509 has it, and whom it believes: TLS 1.3, or 1.2 when
 * the peer needs it, with a certificate on both sides. External PSKs are not there: the JDK has none.
 */
public final class Tls {

    /**
     * From here on the JDK asks for certificates in TLS 1.3 in a way that GnuTLS does not understand: {@link
     * #needsOlder}.
     */
    private static final int SEPARATE_SIGNATURES = 24;

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    /**
     * One second above what a ticket may live (RFC 8446 4.6.1): the JDK sends none then. A source that is a QEMU would
     * leave it unread, and its close would destroy what is still on the way (wire-format 8).
     */
    private static final int NO_TICKET = 604_801;

    private final Path directory;
    private final boolean server;
    private final boolean verify;
    private final String hostname;
    private final OwnCertificate own;
    private final SSLContext context;
    /** For TLS 1.2, where a ticket is part of the handshake, and one that was announced must come. */
    private final SSLContext withTickets;

    private Tls(Path directory, boolean server, boolean verify, Map<X500Principal, String> allowed, String hostname)
            throws TlsException {
        this.directory = directory;
        this.server = server;
        this.verify = verify;
        this.hostname = hostname;
        if (!Files.isDirectory(directory)) {
            throw new TlsException(directory + ": there is no such directory, expected TLS credentials: ca-cert.pem, "
                    + role() + "-cert.pem and " + role() + "-key.pem");
        }
        this.own = server || Files.exists(directory.resolve("client-cert.pem")) ? OwnCertificate.load(directory, role())
                : null;
        X509ExtendedTrustManager trust = verify ? PeerTrust.load(directory, allowed) : PeerTrust.anybody();
        context = context(own, trust);
        context.getServerSessionContext().setSessionTimeout(NO_TICKET);
        withTickets = context(own, trust);
    }

    private static SSLContext context(OwnCertificate own, X509ExtendedTrustManager trust) throws TlsException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own == null ? new KeyManager[0] : new KeyManager[] {own}, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new TlsException("TLS cannot be set up: " + Text.reason(e), e);
        }
    }

    /**
     * The side that listens.
     *
     * @param authz the distinguished names of the clients that may connect, null for any that the CA has signed
     * @throws TlsException with one line, if the credentials are not complete or not valid
     * @throws IllegalArgumentException with one line, if {@code authz} holds no distinguished names
     */
    public static Tls server(Path directory, boolean verify, String authz) throws TlsException {
        return new Tls(directory, true, verify, authz == null ? Map.of() : Identity.parse(authz), null);
    }

    /**
     * The side that connects. A directory without a client's certificate will do for a server that wants none.
     *
     * @param hostname which the server's certificate must have
     * @throws TlsException with one line, if the credentials are not complete or not valid
     */
    public static Tls client(Path directory, boolean verify, String hostname) throws TlsException {
        return new Tls(directory, false, verify, Map.of(), hostname);
    }

    private String role() {
        return server ? "server" : "client";
    }

    boolean server() {
        return server;
    }

    /** What this side shows, for a message. */
    String own() {
        return own == null ? "no certificate, as there is no " + directory.resolve("client-cert.pem")
                : "the certificate of " + own.identity();
    }

    /**
     * Newer JDKs keep the signature with which RSA authorities sign (PKCS#1) out of what they ask a TLS 1.3 client for,
     * and name it in an extension beside. A client that does not know this one, as a QEMU, would show no certificate:
     * TLS 1.2 is spoken with it.
     */
    private boolean needsOlder(ByteBuffer hello) {
        return !ClientHello.has(ClientHello.SUPPORTED_VERSIONS, hello) || verify
                && Runtime.version().feature() >= SEPARATE_SIGNATURES
                && !ClientHello.has(ClientHello.SIGNATURE_ALGORITHMS_CERT, hello);
    }

    /** Returns whether it is one of TLS 1.3, or of TLS 1.2 one that is as good: with forward secrecy, and AEAD. */
    private static boolean isAccepted(String suite) {
        return suite.startsWith("TLS_AES_") || suite.startsWith("TLS_CHACHA20_")
                || suite.startsWith("TLS_ECDHE_") && (suite.contains("_GCM_") || suite.contains("_POLY1305_"));
    }

    String authorities() {
        return "a CA in " + directory.resolve("ca-cert.pem");
    }

    /** @param hello what the client has said first, at a server */
    SSLSocket over(Socket socket, ByteBuffer hello) throws IOException {
        boolean older = server && needsOlder(hello);
        SSLContext used = older ? withTickets : context;
        SSLSocket tls = (SSLSocket) used.getSocketFactory().createSocket(socket, hostname, socket.getPort(), true);
        tls.setUseClientMode(!server);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setProtocols(older ? new String[] {"TLSv1.2"} : PROTOCOLS);
        parameters.setCipherSuites(Stream.of(parameters.getCipherSuites()).filter(Tls::isAccepted)
                .toArray(String[]::new));
        parameters.setNeedClientAuth(server && verify);
        if (!server) {
            parameters.setServerNames(List.of()); // as QEMU: no SNI
            parameters.setEndpointIdentificationAlgorithm(verify ? "HTTPS" : null);
        }
        tls.setSSLParameters(parameters);
        return tls;
    }
}
