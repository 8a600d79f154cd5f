package org.multifd.core.internal.channel;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import org.multifd.api.MultiFDException;
import org.multifd.core.internal.wire.WireException;

/** Puts the place into an error's message and keeps its kind. */
public final class ErrorContext {

    private ErrorContext() {
    }

    /** @param method which method was at work, for what it should not have thrown */
    public static Throwable in(String place, String method, Throwable error) {
        String message = place + ": " + (error.getMessage() == null ? error.toString() : error.getMessage());
        if (error instanceof Failure.Aborted || error instanceof InterruptedIOException
                || error instanceof VirtualMachineError) {
            return error;
        }
        if (error instanceof WireException) {
            return new WireException(message, error);
        }
        if (error instanceof ClosedChannelException) {
            return new IOException(place + ": connection closed on this side", error);
        }
        if (error instanceof IOException) {
            return new IOException(message, error);
        }
        if (error instanceof MultiFDException) {
            return new MultiFDException(message, error);
        }
        return broken(place, method, error);
    }

    /** A method threw what it may not. */
    static IllegalStateException broken(String place, String method, Throwable error) {
        return new IllegalStateException(place + ": method " + method + " broke its contract: " + error
                + "; multifd verify tries its provider rule by rule", error);
    }
}
