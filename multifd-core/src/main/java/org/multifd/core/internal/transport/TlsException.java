package org.multifd.core.internal.transport;

import java.io.IOException;

/**
 * TLS or the peer's identity: nothing of the migration is wrong, but this peer is not to be talked to, or does not want
 * to.
 */
public final class TlsException extends IOException {

    private static final long serialVersionUID = 1L;

    public TlsException(String message) {
        this(message, null);
    }

    public TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
