package org.multifd.cli.option;

import java.util.List;
import org.multifd.core.MigrationParameters;
import picocli.CommandLine.Option;

/** TLS for who listens. */
public final class TlsServerOptions {

    @Option(names = "--tls-creds", paramLabel = "DIR",
            description = "TLS on every connection, with ca-cert.pem, server-cert.pem and server-key.pem there (no "
            + "TLS).")
    private String creds;

    @Option(names = "--tls-authz", paramLabel = "NAME",
            description = "Accept only the source whose certificate has this distinguished name, as "
            + "C=DE,O=Example,CN=source; "
                    + "can be repeated (any that the CA signed).")
    private List<String> authz;

    @Option(names = "--tls-verify-peer", paramLabel = "on|off",
            description = "Whether the peer must show a certificate (on).")
    private String verifyPeer;

    public void set(MigrationParameters.Builder builder) {
        Given.set(builder, "tls-creds", creds);
        Given.set(builder, "tls-authz", names(authz));
        Given.set(builder, "tls-verify-peer", verifyPeer);
    }

    static String names(List<String> names) {
        return names == null ? null : String.join(";", names);
    }
}
