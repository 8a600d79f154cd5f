package org.multifd.api;

import java.util.Objects;

/**
 * Whether a method can work here, as a value: a failed probe keeps its cause and is asked for, never thrown (rule 1.4).
 * Immutable; made by its factories.
 */
public final class Availability {

    private enum Use {
        BOTH_WAYS("usable: "), RECEIVING_ONLY("usable for receiving only: "), NONE("unusable: ");

        private final String shown;

        Use(String shown) {
            this.shown = shown;
        }
    }

    private final Use use;
    private final String detail;
    private final Throwable cause;

    private Availability(Use use, String detail, Throwable cause) {
        this.use = use;
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
        return new Availability(Use.BOTH_WAYS, detail, null);
    }

    /**
     * The method works, but something failed that people should know of: it is slower without its native library.
     *
     * @param detail one line for people: what was found, and what is missing
     * @param cause what failed
     * @return a usable availability
     */
    public static Availability usable(String detail, Throwable cause) {
        return new Availability(Use.BOTH_WAYS, detail, cause);
    }

    /**
     * The method can decode here and cannot compress: its codec comes without a compressor, for example. Nobody asks it
     * for a sender (rule 2.1).
     *
     * @param why one line for people: what was found, and why it cannot send
     * @return an availability that is usable and cannot send
     */
    public static Availability receivingOnly(String why) {
        return new Availability(Use.RECEIVING_ONLY, why, null);
    }

    /**
     * The method cannot work here.
     *
     * @param why one line for people, with what to do about it if that is known
     * @param cause what the probe failed with, or null
     * @return an unusable availability
     */
    public static Availability unusable(String why, Throwable cause) {
        return new Availability(Use.NONE, why, cause);
    }

    /**
     * Whether set-ups can be expected to succeed: {@link MultiFDMethods#recvSetup}, and if it {@link #canSend} the
     * other one as well.
     *
     * @return true if the method works, in one direction at least
     */
    public boolean usable() {
        return use != Use.NONE;
    }

    /**
     * Whether {@link MultiFDMethods#sendSetup} can be expected to succeed.
     *
     * @return true if the method works in both directions
     */
    public boolean canSend() {
        return use == Use.BOTH_WAYS;
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
        return other instanceof Availability that && use == that.use && detail.equals(that.detail)
                && Objects.equals(cause, that.cause);
    }

    @Override
    public int hashCode() {
        return Objects.hash(use, detail, cause);
    }

    @Override
    public String toString() {
        return use.shown + detail;
    }
}
