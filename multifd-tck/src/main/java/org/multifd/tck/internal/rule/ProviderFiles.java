package org.multifd.tck.internal.rule;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.multifd.api.MultiFDMethods;
import org.multifd.tck.internal.harness.NotCheckable;
import org.multifd.tck.internal.harness.Trial;

/**
 * The two places where a provider is declared, read from the jar or directory that its class came from
 * (provider-contract 1.7): the module descriptor and META-INF/services. Read as files, so that the class path and the
 * module path see the same.
 */
final class ProviderFiles {

    private static final String SERVICE = MultiFDMethods.class.getName();

    private final Trial trial;
    private final Class<?> provider;

    ProviderFiles(Trial trial) {
        this.trial = trial;
        this.provider = trial.constructed().getClass();
    }

    String agree() throws Exception {
        CodeSource source = provider.getProtectionDomain().getCodeSource();
        URL location = source == null ? null : source.getLocation();
        if (location == null || !location.getProtocol().equals("file")) {
            throw new NotCheckable("the provider's class came from " + location + ", not from a jar or directory");
        }
        Path path = Path.of(location.toURI());
        if (Files.isDirectory(path)) {
            return agree(path, path);
        }
        try (FileSystem jar = FileSystems.newFileSystem(URI.create("jar:" + path.toUri()), Map.of())) {
            return agree(jar.getPath("/"), path);
        }
    }

    private String agree(Path root, Path shown) throws IOException {
        Set<String> provides = provides(root, shown);
        Set<String> services = services(root, shown);
        trial.demand(provides.equals(services), () -> "module-info provides " + provides
                + ", META-INF/services names " + services + " in " + shown);
        trial.demand(provides.contains(provider.getName()), () -> "neither names " + provider.getName()
                + ": they name " + provides + " in " + shown);
        trial.demand(Modifier.isPublic(provider.getModifiers()), () -> provider.getName() + " is not public");
        try {
            provider.getConstructor();
        } catch (NoSuchMethodException e) {
            throw trial.failed(provider.getName() + " has no public constructor without arguments");
        }
        return "";
    }

    private Set<String> provides(Path root, Path shown) throws IOException {
        Path info = root.resolve("module-info.class");
        for (int release = Runtime.version().feature(); release >= 9 && !Files.exists(info); release--) {
            info = root.resolve("META-INF/versions/" + release + "/module-info.class");
        }
        if (!Files.exists(info)) {
            throw trial.failed("there is no module-info in " + shown);
        }
        try (InputStream in = Files.newInputStream(info)) {
            return ModuleDescriptor.read(in).provides().stream().filter(p -> p.service().equals(SERVICE))
                    .flatMap(p -> p.providers().stream())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private Set<String> services(Path root, Path shown) throws IOException {
        Path file = root.resolve("META-INF/services/" + SERVICE);
        if (!Files.exists(file)) {
            throw trial.failed("there is no META-INF/services/" + SERVICE + " in " + shown);
        }
        Set<String> names = new TreeSet<>();
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            reader.lines().map(line -> line.replaceFirst("#.*", "").strip()).filter(name -> !name.isEmpty())
                    .forEach(names::add);
        }
        return names;
    }
}
