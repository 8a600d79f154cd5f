package org.multifd.core.internal.provider.layer;

import java.lang.module.FindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.multifd.core.internal.wire.Text;

/** Why a jar makes no module, or modules make no layer, in words that say what to do: read from the JDK's. */
final class LayerErrors {

    private static final Pattern MISSING_CLASS = Pattern.compile("Provider class (\\S+) not in");

    private static final Pattern MISSING = Pattern.compile("Module (\\S+) not found(?:, required by (\\S+))?");

    /** The JDK says this in four ways, of which one does not name the modules. */
    private static final Pattern SPLIT = Pattern.compile("(?:^Package|contains package|module with package) ([\\w.]+)");

    private LayerErrors() {
    }

    /** The copy is what the JDK has seen. */
    static LayerException ofJar(FindException failure, Path jar, Path copy) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        Matcher missing = MISSING_CLASS.matcher(cause.toString());
        if (missing.find()) {
            return ProviderClass.missing(jar, missing.group(1), failure);
        }
        String newer = Failures.newerJava(failure.getMessage() + " " + cause);
        if (!newer.isEmpty()) {
            return new LayerException(jar + ": " + newer, failure);
        }
        String shown = Failures.describe(cause).replace(copy.toString(), jar.getFileName().toString());
        return new LayerException(jar + ": no module can be made of it: " + shown
                + (shown.contains("Invalid module name") ? ": rename the jar" : ""), failure);
    }

    static LayerException ofModules(RuntimeException failure, LayerJars jars, Path copies, Path originals) {
        String given = String.valueOf(failure.getMessage());
        String message = Text.oneLine(copies == null ? given : given.replace(copies.toString(), originals.toString()));
        return new LayerException(originals + ": " + explain(message, jars, Files.isDirectory(originals)), failure);
    }

    private static String explain(String message, LayerJars jars, boolean directory) {
        Matcher missing = MISSING.matcher(message);
        if (missing.find()) {
            String by = missing.group(2) == null ? "" : ", which " + missing.group(2) + " requires";
            String remedy = Failures.isAbsent(missing.group(1)) ? Failures.addModule(missing.group(1))
                    : directory ? "put its jar into the same directory"
                    : "a jar is loaded without those beside it: put both into a directory of their own, and name that";
            return "received no module " + missing.group(1) + by + ": " + remedy;
        }
        Matcher split = SPLIT.matcher(message);
        if (split.find()) {
            List<String> owners = jars.withPackage(split.group(1));
            if (owners.size() > 1) {
                return "received the package " + split.group(1) + " in " + String.join(" and ", owners)
                        + ", expected it in one of them: use jars that do not pack each other's classes";
            }
        }
        return "no layer can be made of it: " + message;
    }
}
