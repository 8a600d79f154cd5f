package org.multifd.cli.console;

import java.util.List;

/** What core logs, and how: slf4j-simple on standard error, set up before the first logger is made. */
public final class Logging {

    private static final String PREFIX = "org.slf4j.simpleLogger.";
    private static final String VERBOSITY = "multifd.verbosity";

    private Logging() {
    }

    /** Loggers appear while options are still being declared, so {@code -v} is looked for before the parser runs. */
    public static void configure(List<String> args) {
        int verbosity = 0;
        for (String each : args) {
            if (each.matches("-v+")) {
                verbosity += each.length() - 1;
            } else if (each.equals("--verbose")) {
                verbosity++;
            }
        }
        System.setProperty(VERBOSITY, Integer.toString(verbosity));
        System.setProperty(PREFIX + "defaultLogLevel", verbosity == 0 ? "warn" : verbosity == 1 ? "debug" : "trace");
        System.setProperty(PREFIX + "logFile", "System.err");
        String details = Boolean.toString(verbosity > 0); // a warning on its own is a line for people
        System.setProperty(PREFIX + "showDateTime", details);
        System.setProperty(PREFIX + "showThreadName", details);
        System.setProperty(PREFIX + "showLogName", "false");
        System.setProperty(PREFIX + "showShortLogName", details);
        System.setProperty(PREFIX + "dateTimeFormat", "HH:mm:ss.SSS");
    }

    public static int verbosity() {
        return Integer.getInteger(VERBOSITY, 0);
    }
}
