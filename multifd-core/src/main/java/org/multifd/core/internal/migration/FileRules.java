package org.multifd.core.internal.migration;

import java.util.List;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.provider.Direction;
import org.multifd.core.internal.provider.Providers;
import org.multifd.core.internal.snapshot.Snapshot;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;

/** What a migration to or from a file cannot have, there as in QEMU; and the method of a file that is written. */
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

    /** Whether a snapshot that is written is compressed. */
    public static boolean compresses(MigrationParameters parameters) {
        return !parameters.snapshotCompression().equals(METHOD);
    }

    /** The seats of a file's method: what compresses a snapshot's pages, or decodes them. */
    public static Seats seats(Providers providers, MigrationParameters parameters, Failure failure) {
        return new Seats(providers.now(), parameters.methodParameters(), parameters.timeout(), failure);
    }

    /** Checks that a snapshot can be written with the method that was asked for. */
    public static void checkWritten(Seats seats, MigrationParameters parameters) throws MigrationException {
        if (compresses(parameters)) {
            checkStored(seats, parameters.snapshotCompression(), Direction.SEND, "snapshot-compression");
        }
    }

    /** Checks that what a file has can be decoded. */
    public static void checkRead(Seats seats, Snapshot snapshot) throws MigrationException {
        if (!snapshot.method().equals(METHOD)) {
            checkStored(seats, snapshot.method(), Direction.RECEIVE, snapshot.path().toString());
        }
    }

    private static void checkStored(Seats seats, String method, Direction direction, String place)
            throws MigrationException {
        try {
            seats.standalone(method, direction);
        } catch (MigrationException e) {
            throw new MigrationException(e.kind(), place + ": " + e.getMessage(), e);
        }
    }
}
