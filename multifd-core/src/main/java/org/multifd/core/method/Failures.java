package org.multifd.core.method;

import java.lang.reflect.InvocationTargetException;
import java.util.ServiceConfigurationError;
import org.multifd.api.MultiFDMethods;
import org.multifd.core.wire.Text;

/** What a provider's code, or loading it, failed with. */
final class Failures {

    /** Deeper than any real chain; a chain of causes may be a ring. */
    private static final int MAX_CAUSES = 64;

    private Failures() {
    }

    /** Errors fatal to the JVM are not a provider's failure (provider-contract 1.6), however ServiceLoader wrapped them. */
    static void passFatal(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            if (cause instanceof VirtualMachineError fatal) {
                throw fatal;
            }
            cause = cause.getCause();
        }
    }

    /** One line: the kind of failure and its message, without ServiceLoader's and reflection's wrapping. */
    static String describe(Throwable failure) {
        Throwable actual = failure;
        while (actual.getCause() != null && isWrapping(actual)) {
            actual = actual.getCause();
        }
        String message = actual.getMessage();
        if (actual instanceof ServiceConfigurationError && message != null) {
            String prefix = MultiFDMethods.class.getName() + ": ";
            return Text.oneLine(message.startsWith(prefix) ? message.substring(prefix.length()) : message);
        }
        String kind = actual.getClass().getSimpleName();
        return Text.oneLine(message == null ? kind : kind + ": " + message);
    }

    private static boolean isWrapping(Throwable failure) {
        return failure instanceof ServiceConfigurationError || failure instanceof InvocationTargetException
                || failure instanceof ExceptionInInitializerError;
    }
}
