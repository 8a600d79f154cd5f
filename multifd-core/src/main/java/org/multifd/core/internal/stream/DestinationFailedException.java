package org.multifd.core.internal.stream;

import java.io.IOException;

/**
 * The destination has said on the return path that it failed, and, if it is a multifd peer, why. Nothing that it sent
 * was invalid.
 */
public final class DestinationFailedException extends IOException {

    private static final long serialVersionUID = 1L;

    /** @param reason one line, as {@link ReturnPathReader#readShut} has it */
    public DestinationFailedException(String reason) {
        super("the destination failed: " + reason);
    }
}
