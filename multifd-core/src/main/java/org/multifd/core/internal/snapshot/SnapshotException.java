package org.multifd.core.internal.snapshot;

import java.io.IOException;

/**
 * A snapshot file is missing, damaged, in the way, cannot be read or written, or has no space: one line with the
 * remedy.
 */
public final class SnapshotException extends IOException {

    private static final long serialVersionUID = 1L;

    public SnapshotException(String message) {
        super(message);
    }

    public SnapshotException(String message, Throwable cause) {
        super(message, cause);
    }
}
