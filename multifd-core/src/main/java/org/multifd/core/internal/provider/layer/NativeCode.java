package org.multifd.core.internal.provider.layer;

import java.io.IOException;
import java.lang.module.ModuleReader;
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

/**
 * The native libraries that a provider's jars bring. Whether one is loaded the JVM does not tell: codecs unpack theirs into a
 * temporary file of nearly the same name and load that, so it is looked for among the files mapped into this process.
 *
 * @param libraries what was found, on any platform; empty too if the jars are not known
 */
public record NativeCode(List<Library> libraries) {

    private static final List<String> SUFFIXES = List.of(".so", ".dll", ".dylib", ".jnilib");
    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final String DELETED = " (deleted)";

    /**
     * A native library in a jar.
     *
     * @param jar the jar's file name
     * @param name the library's, without the directories
     */
    public record Library(String jar, String name) {

        private boolean isUnpackedAs(String file) {
            String stem = name.substring(0, name.lastIndexOf('.'));
            return file.substring(file.lastIndexOf('/') + 1).startsWith(stem);
        }
    }

    public NativeCode {
        libraries = List.copyOf(libraries);
    }

    /** The libraries among a jar's entries. */
    static List<Library> of(Path jar, Iterable<String> entries) {
        List<Library> libraries = new ArrayList<>();
        for (String each : entries) {
            for (String suffix : SUFFIXES) {
                if (each.endsWith(suffix)) {
                    libraries.add(new Library(jar.getFileName().toString(), each.substring(each.lastIndexOf('/') + 1)));
                }
            }
        }
        return libraries;
    }

    /** Of a class on the module path: its module's jar and those of the modules that it reads. Nothing is known of the class path. */
    public static NativeCode of(Class<?> provider) {
        Module module = provider.getModule();
        List<Library> libraries = new ArrayList<>();
        if (module.getLayer() != null) {
            module.getLayer().configuration().findModule(module.getName()).ifPresent(start -> {
                for (ModuleReference each : readBy(start)) {
                    libraries.addAll(in(each));
                }
            });
        }
        return new NativeCode(libraries);
    }

    private static Set<ModuleReference> readBy(ResolvedModule start) {
        Set<ModuleReference> references = new HashSet<>();
        Deque<ResolvedModule> left = new ArrayDeque<>(List.of(start));
        while (!left.isEmpty()) {
            ResolvedModule next = left.poll();
            if (!SystemModules.isJava(next.name()) && references.add(next.reference())) {
                left.addAll(next.reads());
            }
        }
        return references;
    }

    private static List<Library> in(ModuleReference module) {
        Path jar = module.location().filter(each -> "file".equals(each.getScheme())).map(Path::of).orElse(null);
        if (jar == null) {
            return List.of();
        }
        try (ModuleReader reader = module.open(); Stream<String> entries = reader.list()) {
            return of(jar, entries.toList());
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The files that are mapped into this process now, or null if the system does not tell. */
    public static List<String> mapped() {
        try {
            return new String(Files.readAllBytes(MAPS), StandardCharsets.UTF_8).lines().filter(each -> each.indexOf('/') > 0).map(each -> each.substring(each.indexOf('/')))
                    .map(each -> each.endsWith(DELETED) ? each.substring(0, each.length() - DELETED.length()) : each)
                    .distinct().toList();
        } catch (IOException e) {
            return null;
        }
    }

    /** One line: whether a library is loaded, from where, and which jars have one; "" if none has. */
    public String state(List<String> mapped) {
        if (libraries.isEmpty()) {
            return "";
        }
        String jars = libraries.stream().map(Library::jar).distinct().collect(Collectors.joining(", "));
        if (mapped == null) {
            return "in " + jars;
        }
        String loaded = mapped.stream().filter(file -> libraries.stream().anyMatch(each -> each.isUnpackedAs(file)))
                .collect(Collectors.joining(", "));
        return loaded.isEmpty() ? "in " + jars + ", not loaded" : "in " + jars + ", loaded from " + loaded;
    }
}
