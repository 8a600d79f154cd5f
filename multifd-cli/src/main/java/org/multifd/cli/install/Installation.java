package org.multifd.cli.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;

/** One provider on its way into the user's directory: fetched, staged, looked at, tried, and then published at once. */
public final class Installation {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private final ProviderStore store;
    private final Consumer<String> report;
    private final String name;
    private final boolean replaces;
    private volatile Staging staging;

    /**
     * An installation.
     *
     * @param report gets the lines that tell what will be loaded
     * @param name the directory's, or null: the one that it has, or the first method's
     * @param replaces whether a provider of the name that came from elsewhere is replaced
     */
    public Installation(ProviderStore store, Consumer<String> report, String name, boolean replaces)
            throws MigrationException {
        if (name != null && !NAME.matcher(name).matches()) {
            throw new MigrationException(Kind.USAGE, "name: received " + name
                    + ", expected a directory's name of letters, digits, '.', '_' and '-'");
        }
        this.store = store;
        this.report = report;
        this.name = name;
        this.replaces = replaces;
    }

    /** Removes what was staged so far. */
    public void cancel() {
        Staging staged = staging;
        if (staged != null) {
            staged.close();
        }
    }

    /** Installs what Maven's coordinates name. */
    public void fromRepository(Resolver resolver, List<String> arguments) throws MigrationException {
        String coordinates = arguments.get(arguments.size() - 1);
        List<Resolver.Fetched> fetched = resolver.fetch(arguments);
        try (Staging staged = begin()) {
            Path first = fetched.get(0).file();
            if (first.toString().endsWith(".zip")) {
                new ProviderZip(first).unpack(staged);
            } else {
                for (Resolver.Fetched each : fetched) {
                    staged.add(each.file());
                }
            }
            finish(staged, coordinates, fetched.get(0).repository());
        }
    }

    /** Installs a zip, or a copy of a directory. */
    public void fromFile(Path path) throws MigrationException {
        try (Staging staged = begin()) {
            if (Files.isDirectory(path)) {
                for (Path each : filesIn(path)) {
                    staged.add(each);
                }
            } else {
                new ProviderZip(path).unpack(staged);
            }
            finish(staged, path.toAbsolutePath().normalize().toString(), "");
        }
    }

    private static List<Path> filesIn(Path directory) throws MigrationException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(each -> Files.isRegularFile(each) && !each.getFileName().toString().startsWith("."))
                    .sorted().toList();
        } catch (IOException e) {
            throw ProviderStore.unreadable(directory, e);
        }
    }

    private Staging begin() throws MigrationException {
        staging = store.stage();
        return staging;
    }

    private void finish(Staging staged, String source, String repository) throws MigrationException {
        Contents contents = new Contents(staged, source);
        report.accept(source + (repository.isEmpty() ? "" : " from " + repository) + ':');
        contents.lines().forEach(report);
        List<String> methods = contents.methods();
        report.accept("methods: " + String.join(", ", methods));
        Origin origin = new Origin(source, repository, String.join(" ", methods));
        Installed same = store.ofSource(origin);
        String target = name != null ? name : same != null ? same.name() : methods.get(0);
        Installed before = store.find(target);
        demandFree(before, origin);
        staged.write(origin);
        Path path = store.publish(staged, target);
        report.accept("installed " + target + " in " + path + (before == null ? "" : ", in place of "
                + before.source()));
    }

    private void demandFree(Installed before, Origin origin) throws MigrationException {
        if (before == null || before.origin() != null && (replaces || before.origin().isOfOneSource(origin))) {
            return;
        }
        throw new MigrationException(Kind.FILE, before.path() + ": exists already, " + before.source() + ": "
                + (before.origin() == null ? "remove it first (multifd remove " + before.name() + ")"
                        : "give --replace to replace it") + ", or choose another --name; nothing was changed");
    }
}
