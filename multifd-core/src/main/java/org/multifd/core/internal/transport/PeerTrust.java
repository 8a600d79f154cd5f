package org.multifd.core.internal.transport;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.security.auth.x500.X500Principal;
import org.multifd.core.internal.wire.Text;

/**
 * Whom this side believes: who has a certificate that a CA of {@code ca-cert.pem} signed, that is valid now, is for the
 * right use, is not in {@code ca-crl.pem}, and is for the host that was asked for or for an allowed client. What is
 * wrong is said in one line, and to the peer by an alert, as it is checked within the handshake.
 */
final class PeerTrust extends X509ExtendedTrustManager {

    private static final int ALTERNATIVE_DNS = 2;
    private static final int ALTERNATIVE_IP = 7;
    private static final int NAMES_SHOWN = 8;

    private final Path authorities;
    /** Null if nothing of the peer is checked. */
    private final X509ExtendedTrustManager checks;
    /** Null if there are no lists. */
    private final Revocations revocations;
    private final Map<X500Principal, String> allowed;

    private PeerTrust(Path authorities, X509ExtendedTrustManager checks, Revocations revocations,
            Map<X500Principal, String> allowed) {
        this.authorities = authorities;
        this.checks = checks;
        this.revocations = revocations;
        this.allowed = allowed;
    }

    /** Believes anybody: {@code tls-verify-peer} off, which somebody has to ask for. */
    static PeerTrust anybody() {
        return new PeerTrust(null, null, null, Map.of());
    }

    /** @param allowed the clients that may connect; empty for any that a CA has signed */
    static PeerTrust load(Path directory, Map<X500Principal, String> allowed) throws TlsException {
        Path file = directory.resolve("ca-cert.pem");
        List<X509Certificate> authorities = Pem.read(file).certificates();
        for (X509Certificate authority : authorities) {
            OwnCertificate.checkValid(file, authority);
        }
        Revocations revocations = Revocations.read(directory.resolve("ca-crl.pem"));
        if (revocations != null) {
            revocations.check(authorities);
        }
        return of(file, authorities, revocations, allowed);
    }

    /** As {@link #load}, with what was read from the files. */
    static PeerTrust of(Path file, List<X509Certificate> authorities, Revocations revocations,
            Map<X500Principal, String> allowed) throws TlsException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (X509Certificate authority : authorities) {
                store.setCertificateEntry("ca-" + store.size(), authority);
            }
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(store, new X509CertSelector());
            parameters.setRevocationEnabled(false);
            if (revocations != null) {
                revocations.addTo(parameters);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(new CertPathTrustManagerParameters(parameters));
            return new PeerTrust(file, (X509ExtendedTrustManager) factory.getTrustManagers()[0], revocations, allowed);
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsException(file + ": " + Text.reason(e), e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        try {
            if (checks != null) {
                checks.checkClientTrusted(chain, authType, socket);
            }
        } catch (CertificateException e) {
            throw explained("client", chain, socket, e);
        }
        if (!allowed.isEmpty() && !Identity.matches(chain[0], allowed.keySet())) {
            throw new CertificateException("received a certificate of " + Identity.of(chain[0]) + ", expected one of "
                    + String.join("; ", allowed.values()) + "; tls-authz is who may connect");
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        try {
            if (checks != null) {
                checks.checkServerTrusted(chain, authType, socket);
            }
        } catch (CertificateException e) {
            throw explained("server", chain, socket, e);
        }
    }

    /** @param role what the peer is, {@code server} or {@code client} */
    private CertificateException explained(String role, X509Certificate[] chain, Socket socket,
            CertificateException error) {
        X509Certificate peer = chain[0];
        String received = "received a certificate of " + Identity.of(peer);
        String notNow = notNow(peer);
        if (notNow != null) {
            return new CertificateException(notNow, error);
        }
        Throwable root = error;
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathValidatorException invalid) {
                return new CertificateException(invalid(received, peer, invalid), error);
            }
            root = cause;
        }
        if (root != error) { // no path to an authority could be built
            return new CertificateException(received + " signed by " + Identity.text(peer.getIssuerX500Principal())
                    + ", expected one signed by a CA in " + authorities, error);
        }
        return new CertificateException(ofPeerItself(role, received, peer, socket, error), error);
    }

    /** Says what is wrong with a certificate that a CA has signed and that is valid now: its use or its host. */
    private static String ofPeerItself(String role, String received, X509Certificate peer, Socket socket,
            CertificateException error) {
        String use;
        try {
            use = CertificateUse.otherThan(role, peer);
        } catch (CertificateParsingException e) {
            use = received + " with a damaged extended key usage";
        }
        if (use != null) {
            return use + "; issue another one";
        }
        // the JDK has a class of its own for all that is not the host's name
        String names = error.getClass() == CertificateException.class ? names(peer) : null;
        return names == null ? received + doesNotHold(error) : received + " for host " + names + ", expected one for "
                + Text.oneLine(((SSLSocket) socket).getHandshakeSession().getPeerHost())
                + "; tls-hostname is the name to expect";
    }

    private static String doesNotHold(Exception error) {
        return " that does not hold: " + Text.oneLine(String.valueOf(error.getMessage())) + "; issue another one";
    }

    private static String notNow(X509Certificate certificate) {
        return OwnCertificate.notNow(certificate, "; renew it, or set this machine's clock", "; check the clocks");
    }

    /** Says what is wrong with the certificate, or with one above it. */
    private String invalid(String received, X509Certificate peer, CertPathValidatorException error) {
        X509Certificate bad = error.getIndex() < 0 ? peer
                : (X509Certificate) error.getCertPath().getCertificates().get(error.getIndex());
        String notNow = notNow(bad);
        if (notNow != null) {
            return notNow + ", in the chain of " + Identity.of(peer);
        }
        String revocation = revocations == null ? null : revocations.explain(peer, bad, error);
        return received + (revocation != null ? revocation : doesNotHold(error));
    }

    /** The hosts a certificate is for; null if it names none. */
    private static String names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null) {
                return "of its common name";
            }
            return names.stream()
                    .filter(name -> name.get(0).equals(ALTERNATIVE_DNS) || name.get(0).equals(ALTERNATIVE_IP))
                    .limit(NAMES_SHOWN).map(name -> Text.oneLine(String.valueOf(name.get(1))))
                    .collect(Collectors.joining(", "));
        } catch (CertificateParsingException e) {
            return null;
        }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return checks == null ? new X509Certificate[0] : checks.getAcceptedIssuers();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("sockets only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("sockets only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("sockets only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("sockets only");
    }
}
