package org.multifd.core;

import java.util.Objects;

/**
 * What a program gets when a migration, or a step towards one, could not be done. The message is one line: what failed,
 * where, what came and what was expected, what to do. {@link #kind} names the category.
 */
public class MigrationException extends Exception {

    private static final long serialVersionUID = 1L;

    /** The category of a failure. The command line ends with its {@link #exitCode}. */
    public enum Kind {
        /** A fault of this program, or of a provider that broke its contract. */
        INTERNAL(1),
        /** A parameter or an argument is not what it may be. */
        USAGE(2),
        /** The peer or the connection to it failed. */
        PEER(3),
        /** What the peer sent is not valid, or of a kind that is not supported. */
        STREAM(4),
        /** No usable method: unknown, unusable or not negotiated. */
        METHOD(5),
        /** A file is missing, in the way or damaged, or there is no space for it. */
        FILE(6),
        /** TLS or the peer's identity. */
        SECURITY(7),
        /**
         * Everything was sent, but the destination did not say whether the guest runs there. The guest stays paused
         * here.
         */
        UNKNOWN(8),
        /** Cancelled from outside. */
        INTERRUPTED(130);

        private final int exitCode;

        Kind(int exitCode) {
            this.exitCode = exitCode;
        }

        /**
         * What a process that fails for this reason ends with.
         *
         * @return 1..255, never 0
         */
        public int exitCode() {
            return exitCode;
        }
    }

    /** What failed, for who handles it. */
    private final Kind kind;

    /**
     * Creates an exception with a one-line message.
     *
     * @param kind the category
     * @param message what failed, where, what to do
     */
    public MigrationException(Kind kind, String message) {
        this(kind, message, null);
    }

    /**
     * Creates an exception with a one-line message and what led to it.
     *
     * @param kind the category
     * @param message what failed, where, what to do
     * @param cause what led to it, or null
     */
    public MigrationException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    /** {@return the category of the failure, never null} */
    public Kind kind() {
        return kind;
    }
}
