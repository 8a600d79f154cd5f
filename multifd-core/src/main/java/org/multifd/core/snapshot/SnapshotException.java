package org.multifd.core.snapshot;

import java.io.IOException;

/** A file is in the way, cannot be written, or has no space. The message is one line with the remedy. */
public final class SnapshotException extends IOException {

    private static final long serialVersionUID = 1L;

    SnapshotException(String message, Throwable cause) {
        super(message, cause);
    }
}
