package org.multifd.core.internal.stream;

import org.multifd.core.internal.wire.WireException;

/**
 * The commands of a main stream (wire-format 5). {@code POSTCOPY_ADVISE} says that postcopy may start: QEMU sends it
 * with the capabilities postcopy-ram and dirty-bitmaps whether or not it ever does. Each of the others of postcopy
 * says that it has started.
 */
enum Command {

    OPEN_RETURN_PATH(1, 0),
    PING(2, 4),
    POSTCOPY_ADVISE(3, 16),
    POSTCOPY_LISTEN(4),
    POSTCOPY_RUN(5),
    POSTCOPY_RAM_DISCARD(6),
    PACKAGED(7),
    POSTCOPY_RESUME(9),
    RECV_BITMAP(10),
    SWITCHOVER_START(11, 0);

    private static final int REFUSED = -1;

    final int number;
    private final int length;

    Command(int number) {
        this(number, REFUSED);
    }

    Command(int number, int length) {
        this.number = number;
        this.length = length;
    }

    /** The command of a number. Throws if it is none of a precopy migration. */
    static Command of(int number, int length, String where) throws WireException {
        for (Command command : values()) {
            if (command.number == number) {
                return command.check(length, where);
            }
        }
        throw new RefusedException(where + ": received command " + number
                + ", expected 1, 2, 3 or 11; turn off what is not plain precopy at the source");
    }

    /** How long its body is. */
    int length() {
        return length;
    }

    private Command check(int received, String where) throws WireException {
        if (length == REFUSED) {
            throw new RefusedException(where + ": received command " + number + " (" + this
                    + "): postcopy has started, expected precopy up to the end; do not start postcopy, or turn off the "
                    + "capability postcopy-ram (for dirty bitmaps: dirty-bitmaps) at the source");
        }
        // without the capability postcopy-ram, that is with dirty-bitmaps alone, the advice is empty
        if (received != length && (this != POSTCOPY_ADVISE || received != 0)) {
            throw new WireException(where + ": received command " + number + " with " + received + " bytes, expected "
                    + (this == POSTCOPY_ADVISE ? "0 or " : "") + length);
        }
        return this;
    }
}
