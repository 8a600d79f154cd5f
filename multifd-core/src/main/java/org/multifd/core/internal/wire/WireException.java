package org.multifd.core.internal.wire;

import java.io.IOException;

/**
 * The peer sent what the protocol does not allow or what is not supported: the message has the received value first.
 */
public class WireException extends IOException {

    private static final long serialVersionUID = 1L;

    public WireException(String message) {
        super(message);
    }

    public WireException(String message, Throwable cause) {
        super(message, cause);
    }
}
