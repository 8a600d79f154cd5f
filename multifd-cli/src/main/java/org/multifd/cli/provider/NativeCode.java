package org.multifd.cli.provider;

import java.io.IOException;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.multifd.core.MethodRegistry;
import org.multifd.core.ProviderInfo;

/**
 * The native libraries in providers' jars, and which of them are loaded. The JVM does not tell the latter: codecs
 * unpack theirs into a temporary file of nearly the same name and load that, so it is looked for among the files mapped
 * into this process.
 *
 * @param mapped the files mapped into this process, or null if the system does not tell
 */
public record NativeCode(List<String> mapped) {

    private static final List<String> SUFFIXES = List.of(".so", ".dll", ".dylib", ".jnilib");
    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final String DELETED = " (deleted)";

    /** What is loaded now. */
    public static NativeCode now() {
        try {
            String maps = new String(Files.readAllBytes(MAPS), StandardCharsets.UTF_8);
            return new NativeCode(maps.lines().filter(each -> each.indexOf('/') > 0)
                    .map(each -> each.substring(each.indexOf('/')))
                    .map(each -> each.endsWith(DELETED) ? each.substring(0, each.length() - DELETED.length()) : each)
                    .distinct().toList());
        } catch (IOException e) {
            return new NativeCode(null);
        }
    }

    /** One line: which of the provider's jars have a library, and whether one is loaded, from where; "" if none has. */
    public String of(ProviderInfo provider) {
        List<String> jars = new ArrayList<>();
        Set<String> stems = new HashSet<>();
        for (Path jar : jars(provider)) {
            List<String> libraries = libraries(jar);
            if (!libraries.isEmpty()) {
                jars.add(jar.getFileName().toString());
                libraries.forEach(each -> stems.add(each.substring(each.lastIndexOf('/') + 1, each.lastIndexOf('.'))));
            }
        }
        if (jars.isEmpty()) {
            return "";
        }
        String in = "in " + String.join(", ", jars);
        if (mapped == null) {
            return in;
        }
        String loaded = mapped.stream().filter(file -> stems.stream().anyMatch(file.substring(file.lastIndexOf('/')
                + 1)::startsWith))
                .collect(Collectors.joining(", "));
        return loaded.isEmpty() ? in + ", not loaded" : in + ", loaded from " + loaded;
    }

    /** Nothing is known of the class path. */
    private static List<Path> jars(ProviderInfo provider) {
        switch (provider.layer()) {
            case "class path":
                return List.of();
            case "module path":
                ModuleLayer layer = MethodRegistry.class.getModule().getLayer();
                return layer == null ? List.of() : layer.configuration().findModule(provider.module())
                        .map(NativeCode::readBy).orElse(List.of());
            default:
                Path path = Path.of(provider.layer());
                try (Stream<Path> files = Files.isDirectory(path) ? Files.list(path) : Stream.of(path)) {
                    return files.sorted().toList();
                } catch (IOException e) {
                    return List.of();
                }
        }
    }

    /** The jar of a module on the module path, and those of the modules that it reads. */
    private static List<Path> readBy(ResolvedModule start) {
        Set<ModuleReference> references = new HashSet<>();
        Deque<ResolvedModule> left = new ArrayDeque<>(List.of(start));
        while (!left.isEmpty()) {
            ResolvedModule next = left.poll();
            if (references.add(next.reference())) {
                left.addAll(next.reads());
            }
        }
        return references.stream().flatMap(each -> each.location().stream())
                .filter(each -> "file".equals(each.getScheme()))
                .map(Path::of).sorted().toList();
    }

    private static List<String> libraries(Path jar) {
        if (!jar.toString().endsWith(".jar")) {
            return List.of();
        }
        try (ZipFile file = new ZipFile(jar.toFile())) {
            return file.stream().map(each -> each.getName())
                    .filter(name -> SUFFIXES.stream().anyMatch(name::endsWith)).toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
