package org.multifd.core.internal.provider.layer;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.reflect.InvocationTargetException;
import java.util.ServiceConfigurationError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.multifd.api.MultiFDApi;
import org.multifd.api.MultiFDMethods;
import org.multifd.core.internal.wire.FailedInitialiser;
import org.multifd.core.internal.wire.Text;

/** Words for what a provider's code, or loading it, failed with. */
public final class Failures {

    /** The API versions that go with this one (provider-contract 1.5). */
    public static final String EXPECTED_API = MultiFDApi.OLDEST == MultiFDApi.VERSION
            ? Integer.toString(MultiFDApi.VERSION) : MultiFDApi.OLDEST + ".." + MultiFDApi.VERSION;

    /** What to do about another API version, behind why. */
    public static final String API_REMEDY =
            ": build it with this multifd-api, or run the multifd that it was built for";

    /** Deeper than any real chain; a chain of causes may be a ring. */
    private static final int MAX_CAUSES = 64;

    /** In the JDK's words for a class file of a newer Java, found while a class is loaded or a module-info is read. */
    private static final Pattern NEWER_CLASS = Pattern.compile("(?:class file version|major\\.minor version) (\\d+)");

    /** Java 1.1's class files have version 45, and each version since has the next. */
    private static final int CLASS_FILE_OFFSET = 44;

    /** In the JDK's words for an entry, a signature file or a signature that does not go with the others. */
    private static final Pattern SIGNATURE = Pattern.compile("(?i)digest|signature|signer information");

    private static final Pattern TYPE = Pattern.compile("[\\w$]+(?:[./][\\w$]+)+");
    private static final String API = MultiFDMethods.class.getPackageName();

    private Failures() {
    }

    /**
     * Errors fatal to the JVM are not a provider's failure (provider-contract 1.6), however ServiceLoader wrapped them.
     * A stack that overflows is the provider's own recursion.
     */
    public static void passFatal(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            if (cause instanceof VirtualMachineError fatal && !(cause instanceof StackOverflowError)) {
                throw fatal;
            }
            cause = cause.getCause();
        }
    }

    /** One line: the kind of failure and its message, without ServiceLoader's and reflection's wrapping. */
    public static String describe(Throwable failure) {
        Throwable actual = unwrap(failure);
        String message = Text.message(actual);
        if (actual instanceof ServiceConfigurationError && message != null) {
            String prefix = MultiFDMethods.class.getName() + ": ";
            return Text.oneLine(message.startsWith(prefix) ? message.substring(prefix.length()) : message);
        }
        return Text.thrown(actual);
    }

    /**
     * As {@link #describe}, with what it means or what to do where that is known; the module is the provider's, or
     * null.
     */
    public static String explain(Throwable failure, Module provider) {
        String described = describe(failure);
        Throwable actual = unwrap(failure);
        String newer = newerJava(described);
        if (!newer.isEmpty()) {
            return newer;
        }
        if (actual instanceof SecurityException && SIGNATURE.matcher(described).find()) {
            return described
                    + "; a jar that was changed after it was signed is not loaded: get it again as it was published";
        }
        if (!(actual instanceof LinkageError) && !(actual instanceof ClassNotFoundException)) {
            return described;
        }
        if (actual instanceof UnsatisfiedLinkError && described.contains("already loaded in another classloader")) {
            return described + "; a process loads a native file once, and the jar that was there before has it: start "
                    + "the program again, or unpack the library to a new file each time";
        }
        FailedInitialiser failed = FailedInitialiser.of(actual);
        Matcher types = TYPE.matcher(failed != null ? failed.message() : String.valueOf(Text.message(actual)));
        boolean missing = failed != null ? failed.lacksClass()
                : actual instanceof NoClassDefFoundError || actual instanceof ClassNotFoundException;
        String remedy = "";
        while (types.find()) {
            String type = types.group().replace('/', '.');
            if (type.startsWith(API + ".")) {
                return anotherApi(provider, described);
            }
            if (missing && remedy.isEmpty()) {
                remedy = "; " + remedy(type);
            }
        }
        return described + remedy;
    }

    private static Throwable unwrap(Throwable failure) {
        Throwable actual = failure;
        for (int i = 0; actual.getCause() != null && isWrapping(actual) && i < MAX_CAUSES; i++) {
            actual = actual.getCause();
        }
        return actual;
    }

    private static boolean isWrapping(Throwable failure) {
        return failure instanceof ServiceConfigurationError || failure instanceof InvocationTargetException
                || failure instanceof ExceptionInInitializerError;
    }

    /**
     * For a provider of another API that cannot be asked for its version, with what shows it. What its module was
     * compiled with is known if it has a module-info.
     */
    public static String anotherApi(Module provider, String shown) {
        String compiledWith = "";
        if (provider != null && provider.isNamed()) {
            for (ModuleDescriptor.Requires each : provider.getDescriptor().requires()) {
                if (each.name().equals(API) && each.rawCompiledVersion().isPresent()) {
                    Module api = MultiFDMethods.class.getModule();
                    compiledWith = ", compiled with " + API + " " + each.rawCompiledVersion().get() + " (this one is "
                            + (api.isNamed() ? api.getDescriptor().rawVersion().orElse("an unknown version")
                            : "an unknown version") + ")";
                }
            }
        }
        return "built for another API than version " + EXPECTED_API + compiledWith + ": " + shown + API_REMEDY;
    }

    /** What a message of the JDK's says about a class file that is too new, or "". */
    static String newerJava(String message) {
        Matcher version = NEWER_CLASS.matcher(message);
        return version.find() ? "built for Java " + (Integer.parseInt(version.group(1)) - CLASS_FILE_OFFSET)
                + ", this is Java "
                + Runtime.version().feature() + ": run a newer Java or get a build for this one" : "";
    }

    private static String remedy(String missingType) {
        String packageName = missingType.substring(0, Math.max(0, missingType.lastIndexOf('.')));
        return ModuleFinder.ofSystem().findAll().stream().map(ModuleReference::descriptor)
                .filter(module -> module.packages().contains(packageName)).map(ModuleDescriptor::name)
                .filter(Failures::isAbsent).findFirst().map(Failures::addModule)
                .orElse("put the jar that has it beside the provider's");
    }

    /** Whether Java has such a module, and this JVM was not started with it. */
    static boolean isAbsent(String module) {
        return isJava(module) && ModuleLayer.boot().findModule(module).isEmpty()
                && ModuleFinder.ofSystem().find(module).isPresent();
    }

    /**
     * Whether this is one of Java's own modules, by its name: an image made by jlink has all its modules among the
     * system's.
     */
    static boolean isJava(String module) {
        return module.startsWith("java.") || module.startsWith("jdk.");
    }

    static String addModule(String module) {
        return "start Java with --add-modules=" + module;
    }
}
