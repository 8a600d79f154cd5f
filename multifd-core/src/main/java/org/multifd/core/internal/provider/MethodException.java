package org.multifd.core.internal.provider;

/** No method could be found, set or negotiated; the message is one line for the user. */
public final class MethodException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Whose matter it is: the public exception of {@code org.multifd.core} has the same kinds, and more. */
    public enum Kind {
        /** A parameter's value is not what it may be. */
        USAGE,
        /** Unknown, unusable or not negotiated. */
        METHOD,
        /** The peer refused. */
        PEER,
        /** The peer's bytes are not valid. */
        STREAM,
        /** The provider broke its contract. */
        INTERNAL
    }

    private final Kind kind;

    public MethodException(Kind kind, String message) {
        this(kind, message, null);
    }

    public MethodException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
