package org.multifd.cli;

import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_DESCRIPTION;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_DESCRIPTION_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_FOOTER;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_FOOTER_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_PARAMETER_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_PARAMETER_LIST_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_SYNOPSIS;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_SYNOPSIS_HEADING;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.multifd.cli.command.BenchCommand;
import org.multifd.cli.command.ConvertCommand;
import org.multifd.cli.command.DemoCommand;
import org.multifd.cli.command.InspectCommand;
import org.multifd.cli.command.InstallCommand;
import org.multifd.cli.command.InstalledCommand;
import org.multifd.cli.command.MethodsCommand;
import org.multifd.cli.command.MultifdCommand;
import org.multifd.cli.command.NewProviderCommand;
import org.multifd.cli.command.ReceiveCommand;
import org.multifd.cli.command.RelayCommand;
import org.multifd.cli.command.RemoveCommand;
import org.multifd.cli.command.SendCommand;
import org.multifd.cli.command.VerifyCommand;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Json;
import org.multifd.cli.provider.Registry;
import org.multifd.cli.run.Interruption;
import org.multifd.cli.run.JvmExit;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.provider.layer.Failures;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** One run of the multifd command, within any program: arguments in, exit code out. */
final class Cli {

    private static final int HELP_COLUMNS = 80;

    /** What a program has that SIGPIPE ended. */
    private static final int READER_ENDED = 141;

    private static final List<String> HELP_SECTIONS = List.of(
            SECTION_KEY_SYNOPSIS_HEADING, SECTION_KEY_SYNOPSIS, SECTION_KEY_DESCRIPTION_HEADING,
            SECTION_KEY_DESCRIPTION, SECTION_KEY_COMMAND_LIST_HEADING, SECTION_KEY_COMMAND_LIST,
            SECTION_KEY_PARAMETER_LIST_HEADING, SECTION_KEY_PARAMETER_LIST, SECTION_KEY_OPTION_LIST_HEADING,
            SECTION_KEY_OPTION_LIST, SECTION_KEY_EXIT_CODE_LIST_HEADING, SECTION_KEY_EXIT_CODE_LIST,
            SECTION_KEY_FOOTER_HEADING, SECTION_KEY_FOOTER);

    private final Console console;
    private final Registry.Loader loader;
    private final Interruption interruption = new Interruption();
    private final MultifdCommand root = new MultifdCommand();
    private volatile Registry registry;
    private volatile boolean json;

    Cli(Console console, Registry.Loader loader) {
        this.console = console;
        this.loader = loader;
    }

    /** With a registry of the caller's, which has no other paths. */
    Cli(Console console, Supplier<MethodRegistry> registry) {
        this(console, paths -> registry.get());
    }

    /** Runs a command with the methods that can be found, for a reader who is no terminal. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        return new Cli(new Console(out, err, false, Console.DEFAULT_COLUMNS), Registry::find).run(args);
    }

    int run(String... args) {
        int code;
        try {
            code = commandLine(List.of(args)).execute(args);
            if (code == 0) {
                registry.noteProblems();
                console.checkResults();
            }
        } catch (MigrationException | RuntimeException | Error e) {
            code = failed(e);
        }
        // an interrupt has its own line and its own code
        return interruption.end() ? code : Kind.INTERRUPTED.exitCode();
    }

    /**
     * Called by a shutdown hook: the JVM ends. Does nothing once the command has ended. A signal interrupts the
     * command; the JVM has its exit code. Otherwise a provider has called System.exit, and that is said.
     *
     * @return whether a provider ends the JVM, so that the exit code has to be another one than the provider's
     */
    boolean jvmEnds() {
        List<StackTraceElement> callers = JvmExit.callers();
        if (callers.isEmpty()) {
            interrupt();
            return false;
        }
        Runnable cancel = interruption.interrupt();
        if (cancel == null) {
            return false;
        }
        String methods = registry == null ? "" : registry.methodsOf(callers);
        String what = "a provider ended the JVM: " + (methods.isEmpty() ? "" : "method " + methods + ", ")
                + JvmExit.place(callers.get(0)) + " called System.exit; use another provider, multifd verify checks "
                + "this one";
        console.note("multifd: " + what);
        jsonFailure(Kind.INTERNAL, what);
        cancel.run();
        return true;
    }

    /** From the thread of a signal: says so and cancels. Does nothing once the command has ended. */
    void interrupt() {
        Runnable cancel = interruption.interrupt();
        if (cancel != null) {
            console.note("multifd: interrupted");
            jsonFailure(Kind.INTERRUPTED, "interrupted");
            cancel.run();
        }
    }

    /** What the arguments are read with; the command they name has the options that providers declare. */
    CommandLine commandLine(List<String> args) throws MigrationException {
        registry = new Registry(loader, args, console::note);
        DemoCommand demo = new DemoCommand(console, registry, interruption);
        SendCommand send = new SendCommand(console, registry, interruption);
        RelayCommand relay = new RelayCommand(console, registry, interruption);
        CommandLine line = new CommandLine(root)
                .addSubcommand(demo)
                .addSubcommand(new MethodsCommand(console, registry))
                .addSubcommand(new ReceiveCommand(console, registry, interruption))
                .addSubcommand(send)
                .addSubcommand(new ConvertCommand(console, registry, interruption))
                .addSubcommand(relay)
                .addSubcommand(new InspectCommand(console, registry))
                .addSubcommand(new BenchCommand(console, registry))
                .addSubcommand(new VerifyCommand(console, interruption))
                .addSubcommand(new NewProviderCommand(console))
                .addSubcommand(new InstallCommand(console, interruption))
                .addSubcommand(new InstalledCommand(console))
                .addSubcommand(new RemoveCommand(console))
                .setOut(new PrintWriter(console.out(), true))
                .setErr(new PrintWriter(console.err(), true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setUsageHelpWidth(HELP_COLUMNS)
                .setHelpSectionKeys(HELP_SECTIONS)
                .setUsageHelpLongOptionsMaxWidth(30)
                .setParameterExceptionHandler((e, given) -> wrongUsage(e))
                .setExecutionExceptionHandler((e, command, result) -> failed(e));
        for (String each : List.of("demo", "methods", "receive", "send", "convert", "relay", "inspect", "bench")) {
            Registry.declareOptions(line.getSubcommands().get(each).getCommandSpec());
        }
        // no option before the command has a value
        String command = args.stream().filter(each -> !each.startsWith("-")).findFirst().orElse("");
        json = args.contains("--json") && line.getSubcommands().containsKey(command)
                && line.getSubcommands().get(command).getCommandSpec().findOption("--json") != null;
        declareParameters(line, command, "demo", demo::declareParameters);
        declareParameters(line, command, "send", send::declareParameters);
        declareParameters(line, command, "relay", relay::declareParameters);
        return line;
    }

    /** Adds a command's options for what providers declare. */
    private interface Declaration {
        void to(CommandSpec command) throws MigrationException;
    }

    /** Providers are looked for only when a command needs them. */
    private static void declareParameters(CommandLine root, String given, String command, Declaration declaration)
            throws MigrationException {
        if (given.equals(command)) {
            declaration.to(root.getSubcommands().get(command).getCommandSpec());
        }
    }

    private int wrongUsage(ParameterException e) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        String what = e.getMessage().substring(0, 1).toLowerCase(Locale.ROOT) + e.getMessage().substring(1);
        if (e instanceof UnmatchedArgumentException unmatched) {
            what = unmatched(unmatched);
        }
        return failed(new MigrationException(Kind.USAGE, what + "; see " + command + " --help", e));
    }

    private static String unmatched(UnmatchedArgumentException e) {
        String first = e.getUnmatched().get(0);
        if (!e.isUnknownOption()) {
            return e.getCommandLine().getParent() == null
                    ? "unknown command " + first + ", expected " + MultifdCommand.NAMES : "unexpected argument "
                    + first;
        }
        String name = first.replaceFirst("=.*", "");
        return "unknown option " + first + e.getCommandLine().getCommandSpec().optionsMap().keySet().stream()
                .filter(each -> unlike(name, each) <= Math.max(1, name.length() / 4))
                .min(Comparator.comparingInt(each -> unlike(name, each)))
                .map(each -> " (did you mean " + each + "?)").orElse("");
    }

    /** How long the part is in which two words differ: most mistakes are in one place. */
    private static int unlike(String left, String right) {
        int shorter = Math.min(left.length(), right.length());
        int head = 0;
        while (head < shorter && left.charAt(head) == right.charAt(head)) {
            head++;
        }
        int tail = 0;
        while (tail < shorter - head && left.charAt(left.length() - 1 - tail) == right.charAt(right.length() - 1
                - tail)) {
            tail++;
        }
        return Math.max(left.length(), right.length()) - head - tail;
    }

    private int failed(Throwable e) {
        if (e instanceof Console.ReaderEnded) {
            return READER_ENDED;
        }
        if (e instanceof MigrationException migration) {
            return report(migration.kind(), migration.getMessage(), migration);
        }
        if (e instanceof UncheckedIOException) {
            return report(Kind.FILE, e.getCause().getMessage() + "; is there space, does its reader still run?", e);
        }
        if (e instanceof OutOfMemoryError) {
            return report(Kind.INTERNAL, "out of memory (" + e.getMessage()
                    + "); ask for less, or give the JVM more with MULTIFD_JAVA_OPTS", e);
        }
        return report(Kind.INTERNAL, "internal error: " + Failures.describe(e)
                + (root.verbose() ? "" : "; -v shows where")
                + ", please report it", e);
    }

    /** A program that reads JSON lines is told as well. What cannot be written changes no exit code. */
    private void jsonFailure(Kind kind, String message) {
        if (json) {
            try {
                console.result(Json.line(Json.failure(Json.timed("failed"), kind, message)));
            } catch (UncheckedIOException e) {
                return; // its reader has gone
            }
        }
    }

    private int report(Kind kind, String message, Throwable trace) {
        if (interruption.end()) {
            String line = message.replaceAll("\\s*[\\p{Cntrl}]\\s*", " ").strip();
            console.note("multifd: " + line);
            jsonFailure(kind, line);
            if (root.verbose()) {
                trace.printStackTrace(console.err());
            }
        }
        return kind.exitCode();
    }
}
