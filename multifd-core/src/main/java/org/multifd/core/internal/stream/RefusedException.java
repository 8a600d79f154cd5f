package org.multifd.core.internal.stream;

import org.multifd.core.internal.wire.WireException;

/** What the source does is understood, and is not even passed on: it is no precopy migration over multifd channels. */
public final class RefusedException extends WireException {

    private static final long serialVersionUID = 1L;

    public RefusedException(String message) {
        super(message);
    }
}
