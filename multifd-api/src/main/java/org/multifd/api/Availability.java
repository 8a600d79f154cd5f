package org.multifd.api;

import java.util.Objects;

/**
 * Whether a method can work here, as a value: a failed probe keeps its cause and is asked for, never thrown (rule 1.4).
 * Immutable; made by its factories.
 */
public final class Availability {

    private final boolean usable;
    private final String detail;
    private final Throwable cause;

    private Availability(boolean usable, String detail, Throwable cause) {
        this.usable = usable;
        this.detail = Objects.requireNonNull(detail, "detail");
        this.cause = cause;
    }

    /**
     * The method works.
     *
     * @param detail one line for people: what was found, the codec, its version, native or not
     * @return a usable availability
     */
    public static Availability usable(String detail) {
        return new Availability(true, detail, null);
    }

    /**
     * The method works, but something failed that people should know of: it is slower without its native library.
     *
     * @param detail one line for people: what was found, and what is missing
     * @param cause what failed
     * @return a usable availability
     */
    public static Availability usable(String detail, Throwable cause) {
        return new Availability(true, detail, cause);
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

    /**
     * Whether the set-ups can be expected to succeed.
     *
     * @return true if the method works
     */
    public boolean usable() {
        return usable;
    }

    /**
     * What was found ("libzstd 1.5.7, native"), or why the method is unusable.
     *
     * @return one line for people
     */
    public String detail() {
        return detail;
    }

    /**
     * What the probe failed with.
     *
     * @return the failure, or null
     */
    public Throwable cause() {
        return cause;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Availability that && usable == that.usable && detail.equals(that.detail)
                && Objects.equals(cause, that.cause);
    }

    @Override
    public int hashCode() {
        return Objects.hash(usable, detail, cause);
    }

    @Override
    public String toString() {
        return (usable ? "usable: " : "unusable: ") + detail;
    }
}
