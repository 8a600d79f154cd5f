package org.multifd.core;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import org.multifd.api.MultiFDException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.channel.Failure;
import org.multifd.core.method.MethodException;
import org.multifd.core.wire.WireException;

/** Turns whatever ended a migration into the one exception that a program gets. */
final class Errors {

    private Errors() {
    }

    /** What {@link MigrationSource#cancel} and its like end a migration with. */
    static MigrationException cancelled() {
        return new MigrationException(Kind.INTERRUPTED, "migration cancelled");
    }

    /** @param codecKind whose matter a method's failure is: at a destination the stream's */
    static MigrationException toMigration(Throwable error, Kind codecKind) {
        Throwable first = error instanceof Failure.Aborted ? error.getCause() : error;
        if (first instanceof MigrationException known) {
            return known;
        }
        if (first instanceof MethodException method) {
            return MigrationException.of(method);
        }
        Kind kind = kind(first, codecKind);
        String message = first.getMessage() == null ? first.toString() : first.getMessage();
        if (first instanceof OutOfMemoryError) {
            message += "; raise -Xmx or -XX:MaxDirectMemorySize";
        } else if (kind == Kind.INTERRUPTED) {
            message = "migration interrupted";
        }
        return new MigrationException(kind, message, first);
    }

    private static Kind kind(Throwable first, Kind codecKind) {
        for (Throwable cause = first; cause != null; cause = cause.getCause()) {
            if (cause instanceof MigrationException known) {
                return known.kind();
            }
        }
        if (first instanceof WireException) {
            return Kind.STREAM;
        }
        if (first instanceof MultiFDException) {
            return codecKind;
        }
        if (first instanceof InterruptedIOException || isInterrupt(first)) {
            return Kind.INTERRUPTED;
        }
        return first instanceof IOException ? Kind.PEER : Kind.INTERNAL;
    }

    private static boolean isInterrupt(Throwable error) {
        return error instanceof ClosedByInterruptException || error.getCause() instanceof ClosedByInterruptException;
    }

    static MigrationException usage(IllegalArgumentException error) {
        return new MigrationException(Kind.USAGE, error.getMessage(), error);
    }
}
