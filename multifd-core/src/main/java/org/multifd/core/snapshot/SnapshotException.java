package org.multifd.core.snapshot;

import java.io.IOException;

/** A snapshot file is missing, damaged or cannot be read: the message has the file and the place. */
public final class SnapshotException extends IOException {

    private static final long serialVersionUID = 1L;

    public SnapshotException(String message) {
        super(message);
    }

    public SnapshotException(String message, Throwable cause) {
        super(message, cause);
    }
}
