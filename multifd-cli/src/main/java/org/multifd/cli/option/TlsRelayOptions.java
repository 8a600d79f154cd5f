package org.multifd.cli.option;

import java.util.List;
import org.multifd.core.MigrationParameters;
import picocli.CommandLine.Option;

/** TLS for either side of a relay, or for both. */
public final class TlsRelayOptions {

    @Option(names = "--tls-creds", paramLabel = "DIR",
            description = "TLS on both sides, with ca-cert.pem, server-cert.pem and server-key.pem, client-cert.pem "
            + "and "
                    + "client-key.pem there (no TLS).")
    private String creds;

    @Option(names = "--in-tls-creds", paramLabel = "DIR", description = "TLS with the source.")
    private String inCreds;

    @Option(names = "--out-tls-creds", paramLabel = "DIR", description = "TLS with the destination.")
    private String outCreds;

    @Option(names = {"--tls-authz", "--in-tls-authz"}, paramLabel = "NAME",
            description = "Accept only the source whose certificate has this distinguished name, as "
            + "C=DE,O=Example,CN=source; "
                    + "can be repeated (any that the CA signed).")
    private List<String> authz;

    @Option(names = {"--tls-hostname", "--out-tls-hostname"}, paramLabel = "HOST",
            description = "The name or IP address that the destination's certificate must have (the address's host).")
    private String hostname;

    @Option(names = "--tls-verify-peer", paramLabel = "on|off",
            description = "Whether peers must show a certificate (on).")
    private String verifyPeer;

    @Option(names = "--in-tls-verify-peer", paramLabel = "on|off", description = "Whether the source must.")
    private String inVerifyPeer;

    @Option(names = "--out-tls-verify-peer", paramLabel = "on|off", description = "Whether the destination must.")
    private String outVerifyPeer;

    public void setIncoming(MigrationParameters.Builder builder) {
        Given.set(builder, "tls-creds", inCreds == null ? creds : inCreds);
        Given.set(builder, "tls-authz", TlsServerOptions.names(authz));
        Given.set(builder, "tls-verify-peer", inVerifyPeer == null ? verifyPeer : inVerifyPeer);
    }

    public void setOutgoing(MigrationParameters.Builder builder) {
        Given.set(builder, "tls-creds", outCreds == null ? creds : outCreds);
        Given.set(builder, "tls-hostname", hostname);
        Given.set(builder, "tls-verify-peer", outVerifyPeer == null ? verifyPeer : outVerifyPeer);
    }
}
