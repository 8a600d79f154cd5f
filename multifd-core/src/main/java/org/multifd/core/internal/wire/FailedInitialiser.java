package org.multifd.core.internal.wire;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The JDK's words for a class whose initialiser failed when the class was first used: "Could not initialize class X".
 * What failed then is in the cause's message only, from Java 17 on.
 *
 * @param type the class that cannot be used
 * @param kind the class of what failed first, without its package, or "" if that is not known
 * @param message its message, or ""
 */
public record FailedInitialiser(String type, String kind, String message) {

    private static final Pattern LATER = Pattern.compile("Could not initialize class (\\S+)");
    private static final Pattern FIRST =
            Pattern.compile("Exception (?:[\\w$]+\\.)*([\\w$]+)(?:: (.*?))?(?: \\[in thread \".*\"])?", Pattern.DOTALL);

    /** Reads an error, or returns null if it is another one. */
    public static FailedInitialiser of(Throwable error) {
        Matcher later = LATER.matcher(String.valueOf(Text.message(error)));
        if (!(error instanceof NoClassDefFoundError) || !later.matches()) {
            return null;
        }
        String cause = error.getCause() == null ? "" : String.valueOf(Text.message(error.getCause()));
        Matcher first = FIRST.matcher(cause);
        return !first.matches() ? new FailedInitialiser(later.group(1), "", "")
                : new FailedInitialiser(later.group(1), first.group(1), first.group(2) == null ? "" : first.group(2));
    }

    /** Whether the class failed because another one is not there. */
    public boolean lacksClass() {
        return kind.equals("NoClassDefFoundError") || kind.equals("ClassNotFoundException");
    }

    @Override
    public String toString() {
        return "class " + type + " could not be initialised" + (kind.isEmpty() ? "" : ": " + kind)
                + (message.isEmpty() ? "" : ": " + message);
    }
}
