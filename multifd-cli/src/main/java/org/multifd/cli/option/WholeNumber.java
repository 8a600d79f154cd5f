package org.multifd.cli.option;

import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;

/** A number on the command line that is not one of bytes. */
public final class WholeNumber {

    private WholeNumber() {
    }

    public static long parse(String name, String text) throws MigrationException {
        return parse(name, text, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** Refused as usage outside of the range. */
    public static long parse(String name, String text, long min, long max) throws MigrationException {
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
