package org.multifd.cli.provider;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ResolvedModule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.multifd.core.MethodRegistry;
import org.multifd.core.ProviderInfo;

/**
 * The native libraries in providers' jars, and which of them are loaded. The JVM does not tell the latter: codecs
 * unpack theirs into a temporary file of any name and load that, so it is looked for among the files mapped into this
 * process: one with the same bytes, or, if it has been deleted meanwhile, one with its name in its own.
 *
 * @param mapped the files whose code is mapped into this process, or null if the system does not tell
 */
public record NativeCode(List<String> mapped) {

    private static final List<String> SUFFIXES = List.of(".so", ".dll", ".dylib", ".jnilib");
    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final String DELETED = " (deleted)";

    /** A library as a jar has it. */
    private record Library(String stem, long size, long crc) {

        static Library of(ZipEntry entry) {
            String name = entry.getName();
            return new Library(name.substring(name.lastIndexOf('/') + 1, name.lastIndexOf('.')), entry.getSize(),
                    entry.getCrc());
        }

        boolean isIn(String file) {
            Path path = Path.of(file);
            try {
                if (Files.isRegularFile(path)) {
                    return Files.size(path) == size && crc(path) == crc;
                }
            } catch (IOException e) {
                // then its name has to do
            }
            return file.substring(file.lastIndexOf('/') + 1).contains(stem);
        }

        private static long crc(Path path) throws IOException {
            try (CheckedInputStream in = new CheckedInputStream(Files.newInputStream(path), new CRC32())) {
                in.transferTo(OutputStream.nullOutputStream());
                return in.getChecksum().getValue();
            }
        }
    }

    /** What is loaded now. */
    public static NativeCode now() {
        try {
            return new NativeCode(code(new String(Files.readAllBytes(MAPS), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            return new NativeCode(null);
        }
    }

    /** The files of Linux's list of mappings whose code may be run: a load that failed can leave others. */
    public static List<String> code(String maps) {
        return maps.lines().filter(each -> each.indexOf('/') > 0 && each.contains(" r-xp "))
                .map(each -> each.substring(each.indexOf('/')))
                .map(each -> each.endsWith(DELETED) ? each.substring(0, each.length() - DELETED.length()) : each)
                .distinct().toList();
    }

    /** One line: which of the provider's jars have a library, and whether one is loaded, from where; "" if none has. */
    public String of(ProviderInfo provider) {
        Map<String, List<Library>> byJar = new TreeMap<>();
        for (Path jar : jars(provider)) {
            List<Library> libraries = libraries(jar);
            if (!libraries.isEmpty()) {
                byJar.put(jar.getFileName().toString(), libraries);
            }
        }
        if (byJar.isEmpty()) {
            return "";
        }
        String in = "in " + String.join(", ", byJar.keySet());
        if (mapped == null) {
            return in;
        }
        String loaded = mapped.stream()
                .filter(file -> byJar.values().stream().flatMap(List::stream).anyMatch(each -> each.isIn(file)))
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
                return layer == null ? List.of() : required(layer.configuration(), provider.module());
            default:
                Path path = Path.of(provider.layer());
                try (Stream<Path> files = Files.isDirectory(path) ? Files.list(path) : Stream.of(path)) {
                    return files.sorted().toList();
                } catch (IOException e) {
                    return List.of();
                }
        }
    }

    /**
     * The jar of a module on the module path, and those of the modules that it requires. One without module-info
     * requires none: it reads all there are, and whose library it uses is not known.
     */
    private static List<Path> required(Configuration configuration, String start) {
        List<String> names = new ArrayList<>();
        Deque<String> left = new ArrayDeque<>(List.of(start));
        List<Path> jars = new ArrayList<>();
        while (!left.isEmpty()) {
            String next = left.poll();
            ResolvedModule module = configuration.findModule(next).orElse(null);
            if (module != null && !names.contains(next)) {
                names.add(next);
                module.reference().descriptor().requires().stream().map(ModuleDescriptor.Requires::name)
                        .forEach(left::add);
                module.reference().location().filter(each -> "file".equals(each.getScheme())).map(Path::of)
                        .ifPresent(jars::add);
            }
        }
        return jars;
    }

    private static List<Library> libraries(Path jar) {
        if (!jar.toString().endsWith(".jar")) {
            return List.of();
        }
        try (ZipFile file = new ZipFile(jar.toFile())) {
            return file.stream().filter(each -> SUFFIXES.stream().anyMatch(each.getName()::endsWith)).map(Library::of)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
