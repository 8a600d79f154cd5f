package org.multifd.cli.option;

import org.multifd.core.MigrationParameters;
import picocli.CommandLine.Option;

/** TLS for who connects. */
public final class TlsClientOptions {

    @Option(names = "--tls-creds", paramLabel = "DIR",
            description = "TLS on every connection, with ca-cert.pem, client-cert.pem and client-key.pem there (no "
            + "TLS).")
    private String creds;

    @Option(names = "--tls-hostname", paramLabel = "HOST",
            description = "The name or IP address that the destination's certificate must have (the address's host).")
    private String hostname;

    @Option(names = "--tls-verify-peer", paramLabel = "on|off",
            description = "Whether the peer must show a certificate (on).")
    private String verifyPeer;

    public void set(MigrationParameters.Builder builder) {
        Given.set(builder, "tls-creds", creds);
        Given.set(builder, "tls-hostname", hostname);
        Given.set(builder, "tls-verify-peer", verifyPeer);
    }
}
