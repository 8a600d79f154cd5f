package org.multifd.install;

/** Why a provider cannot be fetched, in one line, and who can mend it. */
final class Failure extends Exception {

    private static final long serialVersionUID = 1L;

    /** By the names that the command line has for its exit codes. */
    enum Kind {
        /** What the user gave, or wrote into a settings file, is wrong. */
        USAGE,
        /** A repository cannot be reached, or gives no answer. */
        PEER,
        /** An artifact is missing or damaged, or cannot be stored. */
        FILE,
        /** A repository wants to know who asks. */
        SECURITY
    }

    private final Kind kind;

    Failure(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}
