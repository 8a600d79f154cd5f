package org.multifd.core.internal.channel;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.multifd.api.MultiFDException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.transport.ByteSource;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.TlsException;
import org.multifd.core.internal.wire.Text;
import org.multifd.core.internal.wire.WireException;

/** Puts the place into an error's message and keeps its kind. */
public final class ErrorContext {

    private ErrorContext() {
    }

    /** The connection's bytes; an error of its own gets the place in front. */
    public static ByteSource source(String place, Connection connection) {
        return new ByteSource() {

            @Override
            public int read(ByteBuffer into) throws IOException {
                try {
                    return connection.read(into);
                } catch (IOException e) {
                    throw in(place, e);
                }
            }

            @Override
            public boolean isQuiet(int millis) throws IOException {
                try {
                    return connection.isQuiet(millis);
                } catch (IOException e) {
                    throw in(place, e);
                }
            }
        };
    }

    /** As {@link #in(String, Throwable)}; what TLS has to say has its place. */
    public static IOException in(String place, IOException error) {
        return error instanceof TlsException ? error : (IOException) in(place, (Throwable) error);
    }

    /** The error with the place in front; one that says its place already, or ends everything, as it is. */
    public static Throwable in(String place, Throwable error) {
        String message = place + ": " + Text.reason(error);
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
        if (error instanceof MigrationException method) {
            return new MigrationException(method.kind(), message, error);
        }
        return new MigrationException(Kind.INTERNAL,
                place + ": internal error: " + Text.thrown(error) + Text.place(error), error);
    }
}
