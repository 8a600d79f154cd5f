package org.multifd.core.internal.outgoing;

/**
 * Where a migration stands at its source, and what each event leads to. docs/reference/endings.md explains the table.
 *
 * <pre>
 * state       CANCEL      ERROR      SHUT_0     SHUT_1  END      SILENCE  TOO_LONG  DEADLINE
 * SETUP       FAILED      FAILED     FAILED     FAILED  FAILED   FAILED   -         FAILED
 * ROUNDS      FAILED      FAILED     FAILED     FAILED  FAILED   FAILED   -         FAILED
 * SWITCHOVER  FAILED      FAILED     FAILED     FAILED  FAILED   FAILED   -         -
 * UNDECIDED   UNDECIDED   UNDECIDED  COMPLETED  FAILED  UNKNOWN  UNKNOWN  UNKNOWN   -
 * COMPLETING  COMPLETING  FAILED     -          -       -        -        -         -
 * </pre>
 *
 * COMPLETED, FAILED and UNKNOWN are ends: no event leads out of them.
 */
public enum SourceState {

    /** Connects, negotiates, sets up the methods. */
    SETUP,
    /** The list of RAM blocks was written; pages are moving. */
    ROUNDS,
    /** The guest is about to be paused. */
    SWITCHOVER,
    /** The last byte is about to be handed to the kernel: the guest may run at the destination. */
    UNDECIDED,
    /** The file is being completed. */
    COMPLETING,
    /** The guest lives at the destination, or in the file. */
    COMPLETED,
    /** The guest lives here. */
    FAILED,
    /** Nobody here knows; the guest stays paused. */
    UNKNOWN;

    /** What happens to a migration. */
    public enum Event {
        /** {@code cancel()}, {@code close()} or an interrupt. */
        CANCEL,
        /** Something failed here. */
        ERROR,
        /** The destination says that everything is loaded. */
        SHUT_0,
        /** The destination says that it failed. */
        SHUT_1,
        /** The return path ended, by an end of stream, a reset or something that is not valid. */
        END,
        /** Less than the least rate has moved for {@code timeout}. */
        SILENCE,
        /** The destination's word has not come in the time that it has. */
        TOO_LONG,
        /** The guest has not been paused within {@code deadline}. */
        DEADLINE
    }

    /** The state behind an event. */
    SourceState after(Event event) {
        return switch (this) {
            case SETUP, ROUNDS -> event == Event.TOO_LONG ? this : FAILED;
            case SWITCHOVER -> event == Event.TOO_LONG || event == Event.DEADLINE ? this : FAILED;
            case UNDECIDED -> switch (event) {
                case CANCEL, ERROR, DEADLINE -> UNDECIDED;
                case SHUT_0 -> COMPLETED;
                case SHUT_1 -> FAILED;
                case END, SILENCE, TOO_LONG -> UNKNOWN;
            };
            case COMPLETING -> event == Event.ERROR ? FAILED : this;
            case COMPLETED, FAILED, UNKNOWN -> this;
        };
    }
}
