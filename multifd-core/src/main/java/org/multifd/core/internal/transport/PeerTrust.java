package org.multifd.core.internal.transport;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.CertificateRevokedException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.EnumSet;
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
    private final Map<X500Principal, String> allowed;

    private PeerTrust(Path authorities, X509ExtendedTrustManager checks, Map<X500Principal, String> allowed) {
        this.authorities = authorities;
        this.checks = checks;
        this.allowed = allowed;
    }

    /** Believes anybody: {@code tls-verify-peer} off, which somebody has to ask for. */
    static PeerTrust anybody() {
        return new PeerTrust(null, null, Map.of());
    }

    /** @param allowed the clients that may connect; empty for any that a CA has signed */
    static PeerTrust load(Path directory, Map<X500Principal, String> allowed) throws TlsException {
        Path file = directory.resolve("ca-cert.pem");
        Path revocations = directory.resolve("ca-crl.pem");
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int count = 0;
            for (X509Certificate authority : Pem.read(file).certificates()) {
                OwnCertificate.checkValid(file, authority);
                store.setCertificateEntry("ca-" + count++, authority);
            }
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(store, new X509CertSelector());
            parameters.setRevocationEnabled(false);
            if (Files.exists(revocations)) {
                parameters.addCertStore(CertStore.getInstance("Collection",
                        new CollectionCertStoreParameters(Pem.read(revocations).revocations())));
                parameters.addCertPathChecker(revocationChecker());
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(new CertPathTrustManagerParameters(parameters));
            return new PeerTrust(file, (X509ExtendedTrustManager) factory.getTrustManagers()[0], allowed);
        } catch (GeneralSecurityException e) {
            throw new TlsException(file + ": " + e.getMessage(), e);
        } catch (TlsException e) {
            throw e;
        } catch (IOException e) {
            throw new TlsException(file + ": " + e, e);
        }
    }

    /** By the file alone: nobody outside is asked. */
    private static PKIXRevocationChecker revocationChecker() throws GeneralSecurityException {
        PKIXRevocationChecker checker =
                (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
        checker.setOptions(EnumSet.of(PKIXRevocationChecker.Option.PREFER_CRLS,
                PKIXRevocationChecker.Option.NO_FALLBACK, PKIXRevocationChecker.Option.ONLY_END_ENTITY));
        return checker;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        try {
            if (checks != null) {
                checks.checkClientTrusted(chain, authType, socket);
            }
        } catch (CertificateException e) {
            throw explained(chain[0], socket, e);
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
            throw explained(chain[0], socket, e);
        }
    }

    private CertificateException explained(X509Certificate peer, Socket socket, CertificateException error) {
        String received = "received a certificate of " + Identity.of(peer);
        String notNow = OwnCertificate.notNow(peer, "; renew it, or set this machine's clock", "; check the clocks");
        if (notNow != null) {
            return new CertificateException(notNow, error);
        }
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateRevokedException revoked) {
                return new CertificateException(received + " that was revoked on "
                        + revoked.getRevocationDate().toInstant() + " (ca-crl.pem), expected one that was not", error);
            }
        }
        Throwable root = error;
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathValidatorException) {
                return new CertificateException(received + " that does not hold: "
                        + Text.oneLine(String.valueOf(cause.getMessage())) + "; issue another one", error);
            }
            root = cause;
        }
        if (root != error) { // no path to an authority could be built
            return new CertificateException(received + " signed by " + Identity.text(peer.getIssuerX500Principal())
                    + ", expected one signed by a CA in " + authorities, error);
        }
        String host = ((SSLSocket) socket).getHandshakeSession().getPeerHost();
        String names = names(peer);
        return new CertificateException(names == null
                ? received + " that does not hold: " + Text.oneLine(error.getMessage())
                : received + " for host " + names + ", expected one for " + Text.oneLine(host)
                        + "; tls-hostname is the name to expect", error);
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
