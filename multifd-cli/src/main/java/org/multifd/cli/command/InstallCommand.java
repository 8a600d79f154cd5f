package org.multifd.cli.command;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.multifd.cli.console.Console;
import org.multifd.cli.install.Installation;
import org.multifd.cli.install.ProviderStore;
import org.multifd.cli.install.Resolver;
import org.multifd.cli.provider.Registry;
import org.multifd.cli.run.Interruption;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code multifd install}: puts a provider into the user's directory of providers. */
@Command(name = "install",
        customSynopsis = "multifd install [OPTION...] GROUP:ARTIFACT:VERSION|ZIP|DIR",
        header = "Install a provider from a Maven repository, a zip or a directory.",
        description = {
            "Fetches a provider as Maven does, with the user's settings.xml, and checks its checksums; shows what "
                + "will be loaded; and puts it into the user's directory of providers, where all commands find it. "
                + "Another version takes the place of the one that is there, in one step."},
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n")
public final class InstallCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "GROUP:ARTIFACT:VERSION",
            description = "Maven coordinates; or a zip of a provider's directory; or the directory itself.")
    private String what;

    @Option(names = "--name", paramLabel = "NAME",
            description = "The directory's name (the one that it has, or the method's).")
    private String name;

    @Option(names = "--replace", description = "Replace what came from elsewhere and has the name.")
    private boolean replace;

    @Option(names = "--repository", paramLabel = "[ID::]URL",
            description = "A Maven repository, beside those of settings.xml and Maven Central; can be repeated.")
    private List<String> repositories = List.of();

    @Option(names = "--settings", paramLabel = "FILE", description = "Maven's settings (~/.m2/settings.xml).")
    private Path settings;

    @Option(names = "--offline", description = "Take what the local Maven repository has, and ask no other.")
    private boolean offline;

    private final Console console;
    private final Interruption interruption;

    public InstallCommand(Console console, Interruption interruption) {
        this.console = console;
        this.interruption = interruption;
    }

    @Override
    public Integer call() throws MigrationException {
        Path file = file();
        Resolver resolver = file == null ? Resolver.find(console::progress) : null;
        try (ProviderStore store = ProviderStore.open(Registry.userHome())) {
            Installation installation = new Installation(store, console::result, name, replace);
            interruption.onInterrupt(() -> {
                if (resolver != null) {
                    resolver.cancel();
                }
                installation.cancel();
            });
            if (resolver == null) {
                installation.fromFile(file);
            } else {
                installation.fromRepository(resolver, arguments());
            }
        }
        return 0;
    }

    /** The zip or directory, or null: then it is Maven's coordinates. */
    private Path file() throws MigrationException {
        try {
            Path path = Path.of(what);
            if (Files.isDirectory(path) || what.endsWith(".zip") && Files.isRegularFile(path)) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new MigrationException(Kind.USAGE, "received " + what + ", expected a path: " + e.getReason(), e);
        }
        if (what.endsWith(".zip") || what.indexOf('/') >= 0 || what.indexOf(':') < 0) {
            throw new MigrationException(Kind.USAGE, "received " + what + ", expected GROUP:ARTIFACT:VERSION, or a zip "
                    + "or directory that is there");
        }
        return null;
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        if (offline) {
            arguments.add("--offline");
        }
        if (settings != null) {
            arguments.addAll(List.of("--settings", settings.toAbsolutePath().toString()));
        }
        for (String each : repositories) {
            arguments.addAll(List.of("--repository", absolute(each)));
        }
        arguments.add(what);
        return arguments;
    }

    /** The resolver runs in another directory. */
    private static String absolute(String repository) {
        int file = repository.startsWith("file:") ? 0 : repository.indexOf("::file:") + 2;
        if (file == 1) {
            return repository;
        }
        String path = repository.substring(file + "file:".length());
        return path.startsWith("/") ? repository
                : repository.substring(0, file) + "file:" + Path.of(path).toAbsolutePath().normalize();
    }
}
