package org.multifd.tck;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.multifd.api.MultiFDMethods;

/**
 * A provider's jar made of the reference methods' classes, and loaded as a layer with a loader of its own, as a
 * provider directory is. What it declares can be wrong.
 */
final class ProviderJar {

    static final String MODULE = "org.multifd.tck.reference";

    private final Path directory;
    private final Path classes;

    /** A provider that has its classes only, in a directory that is empty now. */
    ProviderJar(Path directory) throws IOException, URISyntaxException {
        this.directory = directory;
        classes = Files.createDirectories(directory.resolve("classes"));
        Path from = Path.of(ProviderJar.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                .resolve(MODULE.replace('.', '/'));
        Path to = Files.createDirectories(classes.resolve(MODULE.replace('.', '/')));
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
        }
    }

    ProviderJar provides(String... names) throws IOException {
        Path source = directory.resolve("module-info.java");
        Files.writeString(source, "module " + MODULE + " { requires org.multifd.api; provides "
                + MultiFDMethods.class.getName()
                + " with " + qualified(names) + "; }");
        ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
        String api = ModuleLayer.boot().configuration().findModule("org.multifd.api").orElseThrow().reference()
                .location()
                .map(Path::of).orElseThrow().toString();
        int result = javac.run(System.out, System.err, "--release", "17", "-p", api, "--patch-module", MODULE + "="
                + classes,
                "-d", classes.toString(), source.toString());
        if (result != 0) {
            throw new IOException("javac ended with " + result);
        }
        return this;
    }

    ProviderJar services(String... names) throws IOException {
        Path services = Files.createDirectories(classes.resolve("META-INF/services"));
        Files.writeString(services.resolve(MultiFDMethods.class.getName()),
                "# what programs on the class path find\n" + qualified(names).replace(", ", "  # a method\n") + "\n");
        return this;
    }

    private static String qualified(String... names) {
        return String.join(", ", Stream.of(names).map(name -> MODULE + "." + name).toList());
    }

    Path jar() throws IOException {
        Path jar = directory.resolve("reference.jar");
        List<Path> files;
        try (Stream<Path> all = Files.walk(classes)) {
            files = new ArrayList<>(all.filter(Files::isRegularFile).toList());
        }
        try (OutputStream out = Files.newOutputStream(jar); JarOutputStream entries = new JarOutputStream(out)) {
            for (Path file : files) {
                entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, entries);
                entries.closeEntry();
            }
        }
        return jar;
    }

    /** The provider of a class, from the jar or from the directory of classes; each get makes a new one. */
    static ServiceLoader.Provider<MultiFDMethods> load(Path where, String className) {
        Configuration configuration = ModuleLayer.boot().configuration().resolve(ModuleFinder.of(where),
                ModuleFinder.of(),
                Set.of(MODULE));
        ModuleLayer layer = ModuleLayer.boot().defineModulesWithOneLoader(configuration,
                ClassLoader.getPlatformClassLoader());
        ProviderJar.class.getModule().addUses(MultiFDMethods.class); // the kit itself looks for no provider
        return ServiceLoader.load(layer, MultiFDMethods.class).stream()
                .filter(provider -> provider.type().getName().equals(MODULE + "." + className)).findFirst()
                .orElseThrow();
    }

    Path classes() {
        return classes;
    }
}
