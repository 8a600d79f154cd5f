package org.multifd.api;

import java.util.Objects;

/**
 * Whether a method can work here, as a value: a failed probe keeps its cause and is asked for, never thrown (rule 1.4).
 *
 * @param usable whether {@code sendSetup} and {@code recvSetup} can be expected to succeed
 * @param detail one line: what was found ("libzstd 1.5.7, native") or why the method is unusable
 * @param cause what the probe failed with, or null
 */
public record Availability(boolean usable, String detail, Throwable cause) {

    /**
     * Checks that there is a line to show.
     *
     * @param usable whether the method works
     * @param detail one line
     * @param cause what the probe failed with, or null
     */
    public Availability {
        Objects.requireNonNull(detail, "detail");
    }

    /**
     * The method works.
     *
     * @param detail what was found, for people: the codec, its version, native or not
     * @return a usable availability
     */
    public static Availability usable(String detail) {
        return new Availability(true, detail, null);
    }

    /**
     * The method cannot work here.
     *
     * @param why one line for people, with what to do about it if that is known
     * @param cause what the probe failed with, or null
     * @return an unusable availability
     */
    public static Availability unusable(String why, Throwable cause) {
        return new Availability(false, why, cause);
    }
}
