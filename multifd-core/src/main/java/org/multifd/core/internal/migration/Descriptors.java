package org.multifd.core.internal.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many files and connections this process may have open at once. */
final class Descriptors {

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String NAME = "Max open files";

    private Descriptors() {
    }

    /** The limit in force, or a number that is no limit where the system does not say. */
    static int limit() {
        try {
            return Files.exists(LIMITS) ? limit(Files.readString(LIMITS)) : Integer.MAX_VALUE;
        } catch (IOException e) {
            return Integer.MAX_VALUE;
        }
    }

    /** The soft limit, the first number behind the name: "unlimited" is none. */
    static int limit(String limits) {
        String line = limits.lines().filter(each -> each.startsWith(NAME)).findFirst().orElse("");
        String number = line.isEmpty() ? "" : line.substring(NAME.length()).strip().split(" ")[0];
        return number.matches("[0-9]{1,9}") ? Integer.parseInt(number) : Integer.MAX_VALUE;
    }
}
