package org.multifd.core.internal.transport;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.multifd.core.internal.wire.Text;

/**
 * Who a certificate is for: its subject's distinguished name. Shown as QEMU's authz objects want it, the parts in the
 * certificate's own order ({@code C=DE,O=Example,CN=source}); RFC 4514 and openssl have them the other way round.
 */
final class Identity {

    private static final String EMAIL = "1.2.840.113549.1.9.1";

    private Identity() {
    }

    static String of(X509Certificate certificate) {
        return text(certificate.getSubjectX500Principal());
    }

    static String text(X500Principal name) {
        return Text.oneLine(reversed(name.getName(X500Principal.RFC2253, Map.of(EMAIL, "EMAIL"))));
    }

    /**
     * Names separated by semicolons, each in either order; with each what was written.
     *
     * @throws IllegalArgumentException with one line, if one is no distinguished name
     */
    static Map<X500Principal, String> parse(String names) {
        Map<X500Principal, String> list = new LinkedHashMap<>();
        for (String name : split(names, ';')) {
            try {
                if (!name.isBlank()) {
                    list.put(new X500Principal(name, Map.of("EMAIL", EMAIL)), name.strip());
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("tls-authz: received " + Text.quote(name)
                        + ", expected a distinguished name as C=DE,O=Example,CN=source", e);
            }
        }
        if (list.isEmpty()) {
            throw new IllegalArgumentException("tls-authz: received " + Text.quote(names)
                    + ", expected distinguished names separated by semicolons");
        }
        return list;
    }

    /** Whether the certificate is for one of these, whichever way round they were written. */
    static boolean matches(X509Certificate certificate, Set<X500Principal> allowed) {
        X500Principal subject = certificate.getSubjectX500Principal();
        X500Principal other = new X500Principal(reversed(subject.getName(X500Principal.RFC2253)));
        return allowed.contains(subject) || allowed.contains(other);
    }

    private static String reversed(String name) {
        List<String> parts = split(name, ',');
        Collections.reverse(parts);
        return String.join(",", parts);
    }

    /** Cuts where the separator is neither escaped nor within quotes. */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }
}
