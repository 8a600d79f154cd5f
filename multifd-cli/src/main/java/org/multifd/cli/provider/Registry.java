package org.multifd.cli.provider;

import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.ProviderInfo;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The registry of one run, loaded when a command first asks for it. Its options are looked for before the parser runs:
 * the methods in a directory declare options themselves.
 */
public final class Registry {

    private static final String PATH = "--provider-path";
    private static final String CHOICE = "--provider";

    /** The distribution's directory of providers: the launcher says where it is. */
    private static final String HOME = "multifd.providers";

    /** The user's directory of providers, which install writes to: the launcher says where it is. */
    private static final String USER_HOME = "multifd.user.providers";

    /** Makes a registry that looks for providers in these paths, too. */
    @FunctionalInterface
    public interface Loader {
        MethodRegistry load(List<Path> paths) throws MigrationException;
    }

    private final Loader loader;
    private final List<String> args;
    private final Consumer<String> notes;
    private volatile MethodRegistry registry;
    private boolean noted;

    /** @param notes gets a line for each provider that the user named and that could not be loaded */
    public Registry(Loader loader, List<String> args, Consumer<String> notes) {
        this.loader = loader;
        this.args = args;
        this.notes = notes;
    }

    /** What the JVM was started with, the distribution's providers, the user's, and these paths. */
    public static MethodRegistry find(List<Path> paths) throws MigrationException {
        MethodRegistry.Builder builder = MethodRegistry.builder().advice(advice());
        for (Path each : paths) {
            builder.path(each);
        }
        if (home() != null) {
            builder.home(Path.of(home()));
        }
        String user = System.getProperty(USER_HOME);
        if (user != null) {
            builder.home(Path.of(user));
        }
        return builder.load();
    }

    private static String home() {
        return System.getProperty(HOME);
    }

    /** The user's directory of providers, which need not exist. */
    public static Path userHome() throws MigrationException {
        String user = System.getProperty(USER_HOME);
        if (user == null) {
            throw new MigrationException(Kind.USAGE, "there is no user's directory of providers: set XDG_DATA_HOME or "
                    + "HOME for bin/multifd, or " + USER_HOME + " for Java");
        }
        return Path.of(user);
    }

    /** What to do about a method that is not there. */
    public static String advice() {
        return "put the provider's jar " + (home() != null ? "into " + home()
                : MethodRegistry.class.getModule().isNamed() ? "on the module path" : "on the class path")
                + " or name it with " + PATH;
    }

    public static void declareOptions(CommandSpec command) {
        command.addOption(OptionSpec.builder(PATH).paramLabel("PATH").type(List.class).auxiliaryTypes(String.class)
                .description("A provider's jar, or a directory with its jars, beside those that are there; can be "
                + "repeated.").build());
        command.addOption(OptionSpec.builder(CHOICE).paramLabel("NAME=MODULE").type(List.class)
                .auxiliaryTypes(String.class)
                .description("Which of several providers of a method to take: its module, MODULE@VERSION or path; "
                + "can be repeated.")
                .build());
    }

    /**
     * Notes what the user named in vain, once. For a command that goes on without it: the message of one that fails for
     * it says so itself.
     */
    public void noteProblems() throws MigrationException {
        if (registry != null && !noted) {
            noted = true;
            List<Path> named = paths();
            registry.problems().stream().map(MigrationException::getMessage)
                    .filter(message -> named.stream().anyMatch(each -> isOf(message, each.toString())))
                    .forEach(message -> notes.accept("multifd: " + message));
        }
    }

    /** A problem's message begins with the path of the jar or directory. */
    private static boolean isOf(String message, String path) {
        return message.startsWith(path + ':') || message.startsWith(path + File.separator);
    }

    /** Returns the registry for a command that lists its problems itself. */
    public MethodRegistry forListing() throws MigrationException {
        noted = true;
        return get();
    }

    public MethodRegistry get() throws MigrationException {
        if (registry == null) {
            MethodRegistry loaded = loader.load(paths());
            for (String each : values(CHOICE)) {
                int equals = each.indexOf('=');
                if (equals < 1 || equals == each.length() - 1) {
                    throw new MigrationException(Kind.USAGE, "provider: received " + each + ", expected NAME=MODULE");
                }
                loaded.choose(each.substring(0, equals), each.substring(equals + 1));
            }
            registry = loaded;
        }
        return registry;
    }

    /**
     * Returns the methods of the providers that these frames are in, separated by commas; empty if none is known.
     */
    public String methodsOf(List<StackTraceElement> frames) {
        MethodRegistry loaded = registry;
        return loaded == null ? "" : loaded.methods().stream()
                .filter(method -> frames.stream().anyMatch(frame -> isOf(method, frame)))
                .map(ProviderInfo::name).distinct().collect(Collectors.joining(", "));
    }

    private static boolean isOf(ProviderInfo method, StackTraceElement frame) {
        return method.module().isEmpty()
                ? (frame.getClassName() + '$').startsWith(method.providerClass() + '$')
                : method.module().equals(frame.getModuleName());
    }

    private List<Path> paths() throws MigrationException {
        List<Path> paths = new ArrayList<>();
        for (String each : values(PATH)) {
            try {
                paths.add(Path.of(each));
            } catch (InvalidPathException e) {
                throw new MigrationException(Kind.USAGE, "provider-path: received " + each + ", expected a path: "
                        + e.getReason(), e);
            }
        }
        return paths;
    }

    /** What an option was given, in either form. Without a value it is the parser's to refuse. */
    private List<String> values(String option) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < args.size(); i++) {
            if (args.get(i).equals(option) && i + 1 < args.size()) {
                values.add(args.get(++i));
            } else if (args.get(i).startsWith(option + "=")) {
                values.add(args.get(i).substring(option.length() + 1));
            }
        }
        return values;
    }
}
