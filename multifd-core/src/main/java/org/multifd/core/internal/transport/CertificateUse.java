package org.multifd.core.internal.transport;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/** What a certificate may be used for, as its extended key usage says (RFC 5280, 4.2.1.12). */
final class CertificateUse {

    private static final Map<String, String> USES =
            Map.of("server", "1.3.6.1.5.5.7.3.1", "client", "1.3.6.1.5.5.7.3.2");
    private static final String ANY = "2.5.29.37.0";

    private CertificateUse() {
    }

    /**
     * Says what the certificate is for, and what was expected; null if it may be used so. One that says no use may be
     * used for any.
     *
     * @param role {@code server} or {@code client}
     */
    static String otherThan(String role, X509Certificate certificate) throws CertificateParsingException {
        List<String> uses = certificate.getExtendedKeyUsage();
        if (uses == null || uses.contains(USES.get(role)) || uses.contains(ANY)) {
            return null;
        }
        String received = uses.contains(USES.get("client")) ? "a client only"
                : uses.contains(USES.get("server")) ? "a server only" : "another use";
        return "received a certificate of " + Identity.of(certificate) + " for " + received + ", expected one for a "
                + role + " (extended key usage " + role + "Auth)";
    }
}
