package org.multifd.core.internal.migration;

import java.util.List;
import org.multifd.core.internal.provider.Providers;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;

/** What a migration to or from a file cannot have, there as in QEMU. */
public final class FileRules {

    /** What pages in a file count as. */
    public static final String METHOD = "none";

    private FileRules() {
    }

    /** Compression of any kind is refused, and TLS, which is for connections. */
    public static void check(Providers providers, MigrationParameters parameters)
            throws MigrationException {
        if (parameters.tlsCreds() != null) {
            throw new MigrationException(Kind.USAGE,
                    "tls-creds: received with a file, expected an address: TLS protects connections, a file lies as "
                    + "it is written");
        }
        List<String> names = parameters.multifdCompression();
        if (!names.isEmpty() && !names.equals(List.of(METHOD))) {
            throw new MigrationException(Kind.USAGE, "multifd-compression: received " + String.join(",", names)
                    + ", expected " + METHOD
                    + " or nothing: in a file each page has its place, QEMU refuses compression there, too");
        }
        providers.check(parameters.methodParameters());
    }
}
