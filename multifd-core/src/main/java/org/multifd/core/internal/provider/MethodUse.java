package org.multifd.core.internal.provider;

import java.util.Objects;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.ParameterValues;

/**
 * How one migration uses a method: its provider, and what each of its set-ups is told.
 *
 * @param methods the provider
 * @param name the method's name
 * @param origin where the provider comes from, for messages
 * @param formatVersion of what its senders make
 * @param values of the method's parameters
 * @param standalone whether each packet is to stand alone
 * @param scope what its channels share
 */
public record MethodUse(MultiFDMethods methods, String name, String origin, int formatVersion, ParameterValues values,
        boolean standalone, Scope scope) {

    public MethodUse {
        Objects.requireNonNull(methods, "methods");
        Objects.requireNonNull(values, "values");
    }

    @Override
    public String toString() {
        return "method " + name + " of " + origin;
    }

    /** Packets in order, as in a migration; one direction's. */
    public static MethodUse inOrder(MultiFDMethods methods, String name, String origin, ParameterValues values) {
        return new MethodUse(methods, name, origin, 1, values, false, new Scope(() -> { }));
    }
}
