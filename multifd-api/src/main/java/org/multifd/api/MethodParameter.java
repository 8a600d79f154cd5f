package org.multifd.api;

import java.util.Objects;

/**
 * A parameter that a method declares (rule 5.1). All are integers, as QEMU's are; a switch is 0..1. Core validates a
 * value against the range before set-up and hands every declared parameter, given or default, to the set-up.
 *
 * @param name the whole name: {@code multifd-<method>-…}, as QEMU names its own ({@code multifd-zstd-level})
 * @param min the smallest value allowed
 * @param max the largest value allowed
 * @param defaultValue the value used when none is given, within the range
 * @param help one line for people
 */
public record MethodParameter(String name, int min, int max, int defaultValue, String help) {

    /**
     * Checks that the default lies in the range.
     *
     * @param name the whole name
     * @param min the smallest value allowed
     * @param max the largest value allowed
     * @param defaultValue the value used when none is given
     * @param help one line for people
     */
    public MethodParameter {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(help, "help");
        if (min > max || defaultValue < min || defaultValue > max) {
            throw new IllegalArgumentException(name + ": default " + defaultValue + " is outside " + min + ".." + max);
        }
    }
}
