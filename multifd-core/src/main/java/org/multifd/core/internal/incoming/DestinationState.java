package org.multifd.core.internal.incoming;

/**
 * Where a migration stands at its destination, and what each event leads to. An end has two meanings: with a return
 * path the source keeps its connections until it is told, so that an end before that means that it has given up.
 * docs/reference/endings.md explains the table.
 *
 * <pre>
 *            CANCEL  ERROR   MAIN_END           CHANNEL_END        SILENCE
 *                            return path, none  return path, none
 * WAITING    FAILED  FAILED  -                  -                  -
 * GATHERING  FAILED  FAILED  FAILED  FAILED     FAILED  FAILED     FAILED
 * RAM        FAILED  FAILED  FAILED  FAILED     FAILED  FAILED     FAILED
 * TAIL       FAILED  FAILED  FAILED  FAILED     FAILED  -          FAILED
 * COMPLETE   FAILED  FAILED  FAILED  -          FAILED  -          FAILED
 * </pre>
 *
 * CONFIRMED and FAILED are ends: no event leads out of them.
 */
public enum DestinationState {

    /** No connection of the migration is there. */
    WAITING,
    /** Main and its channels are coming. */
    GATHERING,
    /** The list of RAM blocks came, and there is room for them. */
    RAM,
    /** RAM's last section came. */
    TAIL,
    /** The stream was read to its end. */
    COMPLETE,
    /** Everything is loaded; the source was told so if it listens. */
    CONFIRMED,
    /** It failed; nothing is kept. */
    FAILED;

    /** What happens to a migration. */
    public enum Event {
        /** {@code cancel()}, {@code close()} or an interrupt. */
        CANCEL,
        /** Something failed here, or what came is not valid. */
        ERROR,
        /** An end of stream or a reset of the main connection. */
        MAIN_END,
        /** The same of a multifd channel. */
        CHANNEL_END,
        /** Less than the least rate has moved for {@code timeout}. */
        SILENCE
    }

    /** The state behind an event. */
    DestinationState after(Event event, boolean returnPath) {
        boolean end = event == Event.MAIN_END || event == Event.CHANNEL_END;
        return switch (this) {
            case WAITING -> event == Event.CANCEL || event == Event.ERROR ? FAILED : this;
            case GATHERING, RAM -> FAILED;
            case TAIL -> event == Event.CHANNEL_END && !returnPath ? this : FAILED;
            case COMPLETE -> end && !returnPath ? this : FAILED;
            case CONFIRMED, FAILED -> this;
        };
    }
}
