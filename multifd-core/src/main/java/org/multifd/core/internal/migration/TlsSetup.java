package org.multifd.core.internal.migration;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.multifd.core.MigrationParameters;
import org.multifd.core.internal.transport.Address;
import org.multifd.core.internal.transport.Connector;
import org.multifd.core.internal.transport.Tls;

/** What a migration's parameters say of TLS, made ready: the files are read when it starts. */
public final class TlsSetup {

    private TlsSetup() {
    }

    /** For the side that listens; null without TLS. */
    public static Tls server(MigrationParameters parameters) throws IOException {
        return parameters.tlsCreds() == null ? null
                : Tls.server(directory(parameters), parameters.tlsVerifyPeer(), parameters.tlsAuthz());
    }

    /** For the side that connects. */
    public static Connector connector(Address to, MigrationParameters parameters) throws IOException {
        return new Connector(to, parameters.timeout(), parameters.tlsCreds() == null ? null
                : Tls.client(directory(parameters), parameters.tlsVerifyPeer(), hostname(to, parameters)));
    }

    private static Path directory(MigrationParameters parameters) {
        try {
            return Path.of(parameters.tlsCreds());
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("tls-creds: received " + e.getMessage() + ", expected a directory", e);
        }
    }

    private static String hostname(Address to, MigrationParameters parameters) {
        if (parameters.tlsHostname() != null) {
            return parameters.tlsHostname();
        }
        if (to.host() == null && parameters.tlsVerifyPeer()) {
            throw new IllegalArgumentException("tls-hostname: received none with " + to.text()
                    + ", which has no host, expected the name in the destination's certificate");
        }
        return to.host() == null || to.host().isEmpty() ? "localhost" : to.host();
    }
}
