package org.multifd.cli.install;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;

/**
 * Maven's resolver, in a process of its own: its libraries are on no module path, so that no other command knows of
 * them. The process ends with this one.
 */
public final class Resolver {

    /** Where its jars are: the launcher says so. */
    private static final String PROPERTY = "multifd.resolver";
    private static final String MAIN = "org.multifd.install.Main";

    /** What the user has set for Maven, for connections and for TLS is also set there. */
    private static final List<String> PASSED_ON = List.of("user.home", "maven.", "aether.", "settings.security",
            "javax.net.ssl.", "java.net.");

    private final Path jars;
    private final Consumer<String> progress;
    private volatile Process process;
    private volatile boolean cancelled;

    /** A file that was fetched. */
    record Fetched(String coordinates, Path file, String repository) {
    }

    private Resolver(Path jars, Consumer<String> progress) {
        this.jars = jars;
        this.progress = progress;
    }

    /** @param progress gets a line for each file that is fetched */
    public static Resolver find(Consumer<String> progress) throws MigrationException {
        String jars = System.getProperty(PROPERTY);
        if (jars == null || !Files.isDirectory(Path.of(jars))) {
            throw new MigrationException(Kind.USAGE, "there is nothing here that fetches from Maven repositories"
                    + (jars == null ? "" : ", expected it in " + jars) + ": install a zip of the provider's directory, "
                    + "or use bin/multifd of a distribution");
        }
        return new Resolver(Path.of(jars).toAbsolutePath(), progress);
    }

    /** Ends it at once. */
    public void cancel() {
        cancelled = true;
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
        }
    }

    List<Fetched> fetch(List<String> arguments) throws MigrationException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m",
                "-Dslf4j.internal.verbosity=ERROR"));
        Set<String> names = System.getProperties().stringPropertyNames();
        names.stream().filter(each -> PASSED_ON.stream().anyMatch(each::startsWith)).sorted()
                .forEach(each -> command.add("-D" + each + '=' + System.getProperty(each)));
        command.addAll(List.of("-cp", "*", MAIN)); // in its directory, as a class path cannot have ':' in a name
        command.addAll(arguments);
        try {
            process = new ProcessBuilder(command).directory(jars.toFile()).redirectError(
                    ProcessBuilder.Redirect.INHERIT).start();
            if (cancelled) {
                cancel();
            }
            return read(process);
        } catch (IOException e) {
            throw new MigrationException(Kind.INTERNAL, "the resolver in " + jars + " cannot be started: "
                    + e.getMessage(), e);
        } finally {
            cancel();
        }
    }

    private List<Fetched> read(Process from) throws IOException, MigrationException {
        List<Fetched> fetched = new ArrayList<>();
        try (BufferedReader lines = from.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] fields = line.split(" ", -1);
                for (int i = 0; i < fields.length; i++) {
                    fields[i] = URLDecoder.decode(fields[i], StandardCharsets.UTF_8);
                }
                switch (fields[0]) {
                    case "progress" -> progress.accept(fields[1]);
                    case "artifact" -> fetched.add(new Fetched(fields[1], Path.of(fields[2]), fields[3]));
                    case "failed" -> throw new MigrationException(Kind.valueOf(fields[1]), fields[2]
                            + "; nothing was installed");
                    default -> throw new IOException("it says " + line);
                }
            }
        }
        if (fetched.isEmpty()) {
            throw new MigrationException(Kind.INTERNAL, "the resolver in " + jars
                    + " ended without an answer; nothing was installed");
        }
        return fetched;
    }
}
