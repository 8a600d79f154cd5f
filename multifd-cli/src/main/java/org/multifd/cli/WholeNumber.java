package org.multifd.cli;

import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;

/** A number on the command line that is not one of bytes. */
final class WholeNumber {

    private WholeNumber() {
    }

    static long parse(String name, String text) throws MigrationException {
        return parse(name, text, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** Refused as usage outside of the range. */
    static long parse(String name, String text, long min, long max) throws MigrationException {
        try {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new MigrationException(Kind.USAGE, name + ": received " + text + ", expected "
                + (min == Long.MIN_VALUE ? "a whole number" : min + ".." + max));
    }
}
