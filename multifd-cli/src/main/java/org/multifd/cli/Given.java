package org.multifd.cli;

import org.multifd.core.MigrationParameters;

/** An option's way to a parameter. */
final class Given {

    private Given() {
    }

    /** Leaves the parameter's default where nothing was given. */
    static void set(MigrationParameters.Builder builder, String name, String value) {
        if (value != null) {
            builder.set(name, value);
        }
    }
}
