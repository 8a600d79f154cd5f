package org.multifd.core.internal.ram;

import java.io.IOException;

/**
 * A file with a guest's memory, a snapshot or the file behind a RAM block, is missing, damaged, in the way, cannot be
 * read or written, or has no space: one line with the remedy.
 */
public final class GuestFileException extends IOException {

    private static final long serialVersionUID = 1L;

    public GuestFileException(String message) {
        super(message);
    }

    public GuestFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
