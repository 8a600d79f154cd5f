package org.multifd.cli.command;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import javax.lang.model.SourceVersion;
import org.multifd.cli.console.Console;
import org.multifd.cli.project.NewDirectory;
import org.multifd.cli.project.OwnedPackages;
import org.multifd.cli.project.ProviderProject;
import org.multifd.cli.provider.Provenance;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code multifd new-provider}: a project to put a codec into. */
@Command(name = "new-provider",
        customSynopsis = "multifd new-provider [OPTION...] NAME",
        header = "Write a project for a compression method of your own.",
        description = {
            "A Maven project outside of multifd's: it builds, passes the conformance kit and is found by multifd "
                + "methods. Its method copies its pages, until you put a codec in. Its README.md tells how to build "
                + "and use it."},
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions (defaults in parentheses):%n")
public final class NewProviderCommand implements Callable<Integer> {

    /** Provider-contract 1.1. */
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,30}");
    private static final Set<String> QEMUS = Set.of("none", "zlib", "zstd", "qpl", "uadk", "qatzip");
    private static final Pattern GROUP = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

    private static final Pattern URL = Pattern.compile("https?://[A-Za-z0-9._~:/?#@!&'()*+,;=%-]+");

    @Parameters(index = "0", paramLabel = "NAME",
            description = "The method's name: 1 to 31 characters of a-z, 0-9 and -, starting "
            + "with a letter.")
    private String name;

    @Option(names = "--directory", paramLabel = "DIR", description = "The project's, which must not exist yet (NAME).")
    private String directory;

    @Option(names = "--group-id", paramLabel = "GROUP", defaultValue = "com.example",
            description = "Its Maven group (com.example).")
    private String group;

    @Option(names = "--package", paramLabel = "PACKAGE", description = "Its package and module (GROUP.multifd.NAME).")
    private String packageName;

    @Option(names = "--url", paramLabel = "URL",
            description = "Where its sources will be (https://example.com/multifd-provider-NAME).")
    private String url;

    @Option(names = "--developer", paramLabel = "WHO",
            description = "Who publishes it (The multifd-provider-NAME authors).")
    private String developer;

    private final Console console;

    public NewProviderCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws MigrationException {
        ProviderProject project = project();
        Path path = path();
        Map<String, String> files = project.files();
        NewDirectory.write(path, files);
        console.result("wrote " + path + ": " + files.size() + " files, module " + project.packageName());
        console.result("next: cd " + shellWord(path) + " && mvn -B clean verify; README.md there says what it needs, "
                + "and goes on");
        return 0;
    }

    /** The path as a shell takes it for one word. */
    private static String shellWord(Path path) {
        String text = path.toString();
        return text.matches("[\\w./+@%:,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    private ProviderProject project() throws MigrationException {
        demand(NAME.matcher(name).matches(), "name", name,
                "1 to 31 characters of a-z, 0-9 and -, starting with a letter");
        demand(!QEMUS.contains(name), "name", name,
                "one that does not mean a payload of QEMU's (none, zlib, zstd, qpl, uadk, qatzip)");
        demand(GROUP.matcher(group).matches(), "group-id", group, "a Maven group, such as com.example");
        String chosen = packageName != null ? packageName : ProviderProject.packageName(group, name);
        demand(SourceVersion.isName(chosen), "package", chosen, "a Java package's name, such as com.example.multifd."
                + name.replaceAll("\\W", "_"));
        String owner = OwnedPackages.ownerOf(chosen);
        demand(owner == null, "package", chosen, "one of your own, such as com.example.multifd."
                + name.replaceAll("\\W", "_") + ": this one belongs to " + owner
                + ", and a package can be in one module only");
        String artifact = "multifd-provider-" + name;
        String site = url != null ? url : "https://example.com/" + artifact;
        demand(URL.matcher(site).matches(), "url", site, "a URL, such as https://example.com/" + artifact);
        String who = developer != null ? developer : "The " + artifact + " authors";
        demand(!who.isBlank() && who.codePoints().noneMatch(Character::isISOControl), "developer", who, "a name");
        return new ProviderProject(name, group, chosen, site, who, Provenance.ofThis());
    }

    private Path path() throws MigrationException {
        String given = directory != null ? directory : name;
        try {
            Path path = Path.of(given);
            demand(!given.isBlank(), "directory", given, "a path");
            return path;
        } catch (InvalidPathException e) {
            throw new MigrationException(Kind.USAGE, "directory: received " + given + ", expected a path: "
                    + e.getReason(), e);
        }
    }

    private static void demand(boolean met, String what, String received, String expected) throws MigrationException {
        if (!met) {
            throw new MigrationException(Kind.USAGE, what + ": received " + received + ", expected " + expected);
        }
    }
}
