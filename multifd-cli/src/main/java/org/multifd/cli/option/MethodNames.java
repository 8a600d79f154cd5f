package org.multifd.cli.option;

import java.util.ArrayList;
import java.util.List;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;

/** Methods on the command line that are each used on their own, separated by commas. */
public final class MethodNames {

    private MethodNames() {
    }

    /** Reads the values of one option, which may be repeated; an empty name or one that is there twice is refused. */
    public static List<String> parse(String option, List<String> values) throws MigrationException {
        String text = String.join(",", values);
        List<String> names = new ArrayList<>();
        for (String name : text.split(",", -1)) {
            if (name.isEmpty()) {
                throw refusal(option, text,
                        "an empty name in it, expected methods' names with single commas (zstd,lz4,none)");
            }
            if (names.contains(name)) {
                throw refusal(option, text, name + " twice, expected each name once");
            }
            names.add(name);
        }
        return names;
    }

    private static MigrationException refusal(String option, String text, String what) {
        return new MigrationException(Kind.USAGE, option + ": received \"" + text + "\", " + what);
    }
}
