package org.multifd.core.internal.relay;

/**
 * Where a relayed migration stands, and what each event means there. "Return path" is one that the source has opened.
 *
 * <table>
 * <caption>What ends a relayed migration, and how</caption>
 * <tr><th>state</th><th>entered when</th><th>the source ends main</th><th>the destination ends main</th><th>SHUT 0</th>
 *     <th>SHUT, not 0</th><th>cancel, close, interrupt</th><th>any other error</th></tr>
 * <tr><td>{@link #WAITING}</td><td>the relay listens</td><td>dropped: the wait goes
 * on</td><td>-</td><td>-</td><td>-</td>
 *     <td>interrupted</td><td>fails</td></tr>
 * <tr><td>{@link #CONNECTING}</td><td>main is known</td><td>fails: the source gave up</td><td>fails: gone</td>
 *     <td>fails: too early, not passed back</td><td>fails, passed back</td><td>interrupted</td><td>fails</td></tr>
 * <tr><td>{@link #RAM}</td><td>the list of RAM blocks was accepted</td><td>fails: the source gave up</td>
 *     <td>fails: gone</td><td>fails: too early, not passed back</td><td>fails, passed back</td><td>interrupted</td>
 *     <td>fails</td></tr>
 * <tr><td>{@link #TAIL}</td><td>RAM's END was accepted</td><td>fails: cut</td><td>fails: gone</td>
 *     <td>fails: too early, not passed back</td><td>fails, passed back</td><td>interrupted</td><td>fails</td></tr>
 * <tr><td>{@link #UNDECIDED}</td><td>the stream may end where it is</td><td>with return path fails: the source gave
 *     up; without it is the end</td><td>with return path fails: it did not confirm; without it is the end</td>
 *     <td>passed back: {@link #CONFIRMED}</td><td>fails, passed back</td><td>with return path waits for the
 *     destination's word, at most {@code timeout}; then, or without, interrupted</td><td>fails</td></tr>
 * <tr><td>{@link #CONFIRMED}</td><td>SHUT 0 came</td><td>the end</td><td>the end</td><td>passed back</td>
 *     <td>passed back</td><td>no effect</td><td>logged</td></tr>
 * </table>
 */
enum RelayState {
    WAITING, CONNECTING, RAM, TAIL, UNDECIDED, CONFIRMED;

    /** What happens to a migration. */
    enum Event {
        SOURCE_ENDS, DESTINATION_ENDS, LOADED, REFUSED, CANCEL, ERROR
    }

    /** What it means. */
    enum Meaning {
        /** Nothing has begun that could fail. */
        DROPPED,
        /** The source ended in the middle. */
        GAVE_UP,
        /** The source ended in the device state. */
        CUT,
        /** The destination ended in the middle. */
        GONE,
        /** The destination ended without its word. */
        UNCONFIRMED,
        /** The destination cannot have loaded what it has not got. */
        TOO_EARLY,
        /** The destination has loaded all. */
        CONFIRM,
        /** The destination says why it has not. */
        PASS_BACK,
        /** The migration has failed. */
        FAIL,
        /** The destination's word counts, for a while. */
        WAIT,
        /** It belongs to a migration that has gone well. */
        NORMAL
    }

    /** @param returnPath whether the source wants the destination's word */
    Meaning of(Event event, boolean returnPath) {
        return switch (event) {
            case SOURCE_ENDS -> switch (this) {
                case WAITING -> Meaning.DROPPED;
                case CONNECTING, RAM -> Meaning.GAVE_UP;
                case TAIL -> Meaning.CUT;
                case UNDECIDED -> returnPath ? Meaning.GAVE_UP : Meaning.NORMAL;
                case CONFIRMED -> Meaning.NORMAL;
            };
            case DESTINATION_ENDS -> switch (this) {
                case WAITING, CONNECTING, RAM, TAIL -> Meaning.GONE;
                case UNDECIDED -> returnPath ? Meaning.UNCONFIRMED : Meaning.NORMAL;
                case CONFIRMED -> Meaning.NORMAL;
            };
            case LOADED -> switch (this) {
                case WAITING, CONNECTING, RAM, TAIL -> Meaning.TOO_EARLY;
                case UNDECIDED -> Meaning.CONFIRM;
                case CONFIRMED -> Meaning.NORMAL;
            };
            case REFUSED -> this == CONFIRMED ? Meaning.NORMAL : Meaning.PASS_BACK;
            case CANCEL -> switch (this) {
                case WAITING, CONNECTING, RAM, TAIL -> Meaning.FAIL;
                case UNDECIDED -> returnPath ? Meaning.WAIT : Meaning.FAIL;
                case CONFIRMED -> Meaning.NORMAL;
            };
            case ERROR -> this == CONFIRMED ? Meaning.NORMAL : Meaning.FAIL;
        };
    }
}
