package org.multifd.core.internal.transport;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateRevokedException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;

/**
 * The revocation lists of {@code ca-crl.pem}. Each certificate of a peer's chain must have a list of its issuer that is
 * valid now and does not name it. Nothing is asked of the network.
 */
final class Revocations {

    private final Path file;
    private final List<X509CRL> lists;

    private Revocations(Path file, List<X509CRL> lists) {
        this.file = file;
        this.lists = lists;
    }

    /** Reads the lists. Returns null if there is no file. */
    static Revocations read(Path file) throws TlsException {
        return Files.exists(file) ? new Revocations(file, Pem.read(file).revocations()) : null;
    }

    /**
     * Checks the lists by themselves.
     *
     * @throws TlsException if a list is not valid now, or if no peer could be accepted with them
     */
    void check(List<X509Certificate> authorities) throws TlsException {
        boolean usable = false;
        for (X509CRL list : lists) {
            String wrong = notNow(list);
            if (wrong != null) {
                throw new TlsException(file + ": received a list of " + issuer(list) + wrong);
            }
            usable |= isOfOne(list, authorities);
        }
        if (!usable) {
            throw new TlsException(file + ": received " + issuers() + ", expected a list of a CA in "
                    + file.resolveSibling("ca-cert.pem") + ", without which no peer's certificate can be checked");
        }
    }

    private boolean isOfOne(X509CRL list, List<X509Certificate> authorities) throws TlsException {
        boolean named = false;
        for (X509Certificate authority : authorities) {
            if (authority.getSubjectX500Principal().equals(list.getIssuerX500Principal())) {
                if (isSigned(list, authority)) {
                    return true;
                }
                named = true;
            }
        }
        if (named) {
            throw new TlsException(file + ": received a list of " + issuer(list) + " that another key has signed, "
                    + "expected the key of this CA in " + file.resolveSibling("ca-cert.pem")
                    + "; get the list again from this CA");
        }
        return false;
    }

    private static boolean isSigned(X509CRL list, X509Certificate authority) {
        try {
            list.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String issuer(X509CRL list) {
        return Identity.text(list.getIssuerX500Principal());
    }

    private String issuers() {
        return lists.stream().map(Revocations::issuer).distinct().collect(Collectors.joining("; ", "lists of ", ""));
    }

    /** Says what is wrong with a list that is not valid now; null if it is. */
    private static String notNow(X509CRL list) {
        Instant now = Instant.now();
        if (list.getNextUpdate() != null && now.isAfter(list.getNextUpdate().toInstant())) {
            return " that expired on " + list.getNextUpdate().toInstant()
                    + ", expected one that is valid now; get a new list from this CA";
        }
        return now.isBefore(list.getThisUpdate().toInstant()) ? " that is valid from "
                + list.getThisUpdate().toInstant() + " on, expected one that is valid now; check this machine's clock"
                : null;
    }

    /** Has every certificate of a path checked. */
    void addTo(PKIXBuilderParameters parameters) throws GeneralSecurityException {
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
        PKIXRevocationChecker checker =
                (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
        checker.setOptions(EnumSet.of(PKIXRevocationChecker.Option.PREFER_CRLS,
                PKIXRevocationChecker.Option.NO_FALLBACK));
        parameters.addCertPathChecker(checker);
    }

    /**
     * Says why the lists do not let a certificate pass; null if something else is wrong with it.
     *
     * @param bad the certificate of the path that did not pass
     */
    String explain(X509Certificate peer, X509Certificate bad, CertPathValidatorException error) {
        if (error.getCause() instanceof CertificateRevokedException revoked) {
            return (bad.equals(peer) ? " that" : " whose CA " + Identity.of(bad)) + " was revoked on "
                    + revoked.getRevocationDate().toInstant() + " (ca-crl.pem), expected one that was not";
        }
        if (error.getReason() != CertPathValidatorException.BasicReason.UNDETERMINED_REVOCATION_STATUS) {
            return null;
        }
        X500Principal issuer = bad.getIssuerX500Principal();
        String name = Identity.text(issuer);
        String wrong = lists.stream().filter(list -> list.getIssuerX500Principal().equals(issuer))
                .map(list -> notNow(list) == null ? " that does not hold for it; get the list again from this CA"
                        : notNow(list)).findFirst().orElse(null);
        return " that cannot be checked: received " + (wrong != null ? "a list of " + name + wrong
                : issuers() + ", expected one of each CA above it; add the list of " + name) + " (" + file + ")";
    }
}
