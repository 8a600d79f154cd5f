package org.multifd.core.internal.provider;

import org.multifd.core.internal.wire.MethodName;
import org.multifd.core.internal.wire.Text;

/**
 * The method that a snapshot is written with.
 *
 * @param name the method's
 * @param level what its parameter for the level gets, as text; null for its default
 */
public record StoredMethod(String name, String level) {

    /**
     * Reads NAME or NAME:LEVEL.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static StoredMethod parse(String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        String level = colon < 0 ? null : text.substring(colon + 1);
        if (!MethodName.isValid(name) || level != null && (level.isEmpty() || name.equals("none"))) {
            throw new IllegalArgumentException("snapshot-compression: received " + Text.quote(text)
                    + ", expected a method's name, or NAME:LEVEL such as zstd:3");
        }
        return new StoredMethod(name, level);
    }

    /** The parameter that the level is of. */
    public String levelParameter() {
        return "multifd-" + name + "-level";
    }
}
