package org.multifd.core.internal.migration;

import java.io.IOException;
import org.multifd.api.MultiFDException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationSource;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.transport.TlsException;
import org.multifd.core.internal.wire.Text;
import org.multifd.core.internal.wire.WireException;

/** Turns whatever ended a migration into the one exception that a program gets. */
public final class Errors {

    private Errors() {
    }

    /** What {@link MigrationSource#cancel} and its like end a migration with. */
    public static MigrationException cancelled() {
        return new MigrationException(Kind.INTERRUPTED, "migration cancelled");
    }

    /** An interrupt of the calling thread shows as whatever it was doing; in the end it is this. */
    public static MigrationException interrupted(Throwable error) {
        return new MigrationException(Kind.INTERRUPTED, "migration interrupted", error);
    }

    /** @param codecKind the category of a method's failure: at a destination the stream's */
    public static MigrationException toMigration(Throwable error, Kind codecKind) {
        Throwable first = error instanceof Failure.Aborted ? error.getCause() : error;
        if (first instanceof MigrationException known) {
            return known;
        }
        GuestFileException file = file(first);
        if (file != null) {
            return new MigrationException(Kind.FILE, file.getMessage(), first);
        }
        Kind kind = kind(first, codecKind);
        String message = first instanceof OutOfMemoryError
                ? Text.reason(first) + "; raise -Xmx or -XX:MaxDirectMemorySize"
                : first instanceof IOException || first instanceof MultiFDException ? Text.reason(first)
                : "internal error: " + Text.thrown(first) + Text.place(first);
        return new MigrationException(kind, message, first);
    }

    /** It is the file's matter then, whichever channel's packet it was. */
    private static GuestFileException file(Throwable first) {
        for (Throwable cause = first; cause != null; cause = cause.getCause()) {
            if (cause instanceof GuestFileException file) {
                return file;
            }
        }
        return null;
    }

    private static Kind kind(Throwable first, Kind codecKind) {
        for (Throwable cause = first; cause != null; cause = cause.getCause()) {
            if (cause instanceof MigrationException known) {
                return known.kind();
            }
            if (cause instanceof TlsException) {
                return Kind.SECURITY;
            }
        }
        if (first instanceof WireException) {
            return Kind.STREAM;
        }
        if (first instanceof MultiFDException) {
            return codecKind;
        }
        return first instanceof IOException ? Kind.PEER : Kind.INTERNAL;
    }

    /** What an error says of itself, for a message about it. */
    public static String text(Throwable error) {
        return Text.reason(error);
    }

    /** Whether a connection's first bytes are a TLS handshake's: record type 0x16, version 3.x. */
    static boolean asksForTls(int magic) {
        return magic >>> 16 == 0x1603;
    }

    public static MigrationException usage(IllegalArgumentException error) {
        return new MigrationException(Kind.USAGE, error.getMessage(), error);
    }
}
