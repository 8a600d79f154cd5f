package org.multifd.core.internal.outgoing.postcopy;

/**
 * Where a postcopy migration stands at its source, and what each event leads to. docs/reference/postcopy.md explains
 * the table.
 *
 * <pre>
 * state       CANCEL    ERROR     LOADED      SHUT_0     SHUT_1    END      SILENCE  TOO_LONG
 * SETUP       FAILED    FAILED    FAILED      FAILED     FAILED    FAILED   FAILED   -
 * PACKAGED    UNKNOWN   UNKNOWN   RUNNING     FAILED     FAILED    UNKNOWN  UNKNOWN  -
 * RECOVERING  PAUSED    PAUSED    RUNNING     PAUSED     PAUSED    PAUSED   PAUSED   -
 * RUNNING     PAUSED    PAUSED    -           UNKNOWN    FAILED    PAUSED   PAUSED   -
 * SENT        -         -         -           COMPLETED  FAILED    UNKNOWN  UNKNOWN  UNKNOWN
 * </pre>
 *
 * COMPLETED, FAILED, PAUSED and UNKNOWN are ends: no event leads out of them.
 */
public enum PostcopyState {

    /** Connects, and sends all that precedes the device state. */
    SETUP,
    /** The package is about to be handed to the kernel: the guest may run at the destination. */
    PACKAGED,
    /** Connected to a destination that is paused: asks what it has. */
    RECOVERING,
    /** The destination has loaded the device state, and runs the guest. */
    RUNNING,
    /** The end of the stream is about to be handed to the kernel: the destination may have everything. */
    SENT,
    /** The destination has everything. */
    COMPLETED,
    /** No guest runs at the destination, or it has given up the one that did. */
    FAILED,
    /** The guest is at the destination and waits for the rest of its RAM. */
    PAUSED,
    /** Nobody here knows whether the guest runs. */
    UNKNOWN;

    /** What happens to a migration. */
    public enum Event {
        /** {@code cancel()}, {@code close()} or an interrupt. */
        CANCEL,
        /** Something failed here. */
        ERROR,
        /** The destination has loaded the device state, or resumes. */
        LOADED,
        /** The destination says that everything is loaded. */
        SHUT_0,
        /** The destination says that it failed. */
        SHUT_1,
        /** The return path ended, by an end of stream, a reset or something that is not valid. */
        END,
        /** Not a byte has moved for {@code timeout}. */
        SILENCE,
        /** The destination's last word has not come in the time that it has. */
        TOO_LONG
    }

    /** Returns whether no event leads out of it. */
    boolean isEnd() {
        return ordinal() >= COMPLETED.ordinal();
    }

    /** Returns the state behind an event. */
    PostcopyState after(Event event) {
        if (isEnd() || event == Event.TOO_LONG && this != SENT) {
            return this;
        }
        return switch (this) {
            case PACKAGED -> switch (event) {
                case LOADED -> RUNNING;
                case SHUT_0, SHUT_1 -> FAILED;
                default -> UNKNOWN;
            };
            case RECOVERING -> event == Event.LOADED ? RUNNING : PAUSED;
            case RUNNING -> switch (event) {
                case LOADED -> this;
                case SHUT_0 -> UNKNOWN;
                case SHUT_1 -> FAILED;
                default -> PAUSED;
            };
            case SENT -> switch (event) {
                case CANCEL, ERROR, LOADED -> this;
                case SHUT_0 -> COMPLETED;
                case SHUT_1 -> FAILED;
                default -> UNKNOWN;
            };
            default -> FAILED;
        };
    }
}
