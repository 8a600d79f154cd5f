package org.multifd.tck.internal.rule;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.multifd.api.MultiFDMethods;
import org.multifd.tck.internal.harness.NotCheckable;
import org.multifd.tck.internal.harness.Trial;

/**
 * The two places where a provider is declared, read from the jar or directory that its class came from
 * (provider-contract 1.7): the module descriptor and META-INF/services. Read as files, so that the class path and the
 * module path see the same; by {@link ZipFile}, which every image of Java has.
 */
final class ProviderFiles {

    private static final String SERVICE = MultiFDMethods.class.getName();
    private static final String SERVICES = "META-INF/services/" + SERVICE;
    private static final String INFO = "module-info.class";
    /** More than any such file has. */
    private static final int MOST_BYTES = 1 << 20;

    private final Trial trial;
    private final Class<?> provider;

    /** The content of a file by its name, or null if there is no such file. */
    @FunctionalInterface
    private interface Content {
        byte[] read(String name) throws IOException;
    }

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
            return agree(name -> Files.exists(path.resolve(name)) ? first(Files.newInputStream(path.resolve(name)))
                    : null, path);
        }
        try (ZipFile jar = new ZipFile(path.toFile())) {
            return agree(name -> {
                ZipEntry entry = jar.getEntry(name);
                return entry == null ? null : first(jar.getInputStream(entry));
            }, path);
        }
    }

    private static byte[] first(InputStream file) throws IOException {
        try (file) {
            return file.readNBytes(MOST_BYTES);
        }
    }

    private String agree(Content files, Path shown) throws IOException {
        Set<String> provides = provides(files, shown);
        Set<String> services = services(files, shown);
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

    private Set<String> provides(Content files, Path shown) throws IOException {
        byte[] info = files.read(INFO);
        for (int release = Runtime.version().feature(); release >= 9 && info == null; release--) {
            info = files.read("META-INF/versions/" + release + "/" + INFO);
        }
        if (info == null) {
            throw trial.failed("there is no module-info in " + shown);
        }
        return ModuleDescriptor.read(ByteBuffer.wrap(info)).provides().stream()
                .filter(p -> p.service().equals(SERVICE)).flatMap(p -> p.providers().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> services(Content files, Path shown) throws IOException {
        byte[] names = files.read(SERVICES);
        if (names == null) {
            throw trial.failed("there is no " + SERVICES + " in " + shown);
        }
        return new String(names, StandardCharsets.UTF_8).lines().map(line -> line.replaceFirst("#.*", "").strip())
                .filter(name -> !name.isEmpty()).collect(Collectors.toCollection(TreeSet::new));
    }
}
