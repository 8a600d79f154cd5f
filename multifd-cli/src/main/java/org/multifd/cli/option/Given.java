package org.multifd.cli.option;

import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;

/** An option's way to a parameter. */
public final class Given {

    private Given() {
    }

    /** Says so when an address and a file stand in each other's place. */
    public static void inOrder(String command, String first, String second, boolean fileFirst)
            throws MigrationException {
        String address = fileFirst ? first : second;
        String file = fileFirst ? second : first;
        if (file.startsWith("file:") && (address.startsWith("tcp:") || address.startsWith("unix:"))) {
            throw new MigrationException(MigrationException.Kind.USAGE,
                    "the arguments are in each other's place, expected multifd "
                    + command + " " + second + " " + first);
        }
    }

    /** Leaves the parameter's default where nothing was given. */
    public static void set(MigrationParameters.Builder builder, String name, String value) {
        if (value != null) {
            builder.set(name, value);
        }
    }
}
