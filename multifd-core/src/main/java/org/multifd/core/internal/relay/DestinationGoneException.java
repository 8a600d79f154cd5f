package org.multifd.core.internal.relay;

import java.io.IOException;

/**
 * A relay's connection to the destination broke. If the destination says on the return path that it failed, that is
 * why.
 */
public final class DestinationGoneException extends IOException {

    private static final long serialVersionUID = 1L;

    public DestinationGoneException(String message, Throwable cause) {
        super(message, cause);
    }
}
