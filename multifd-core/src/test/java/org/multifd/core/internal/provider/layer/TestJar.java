package org.multifd.core.internal.provider.layer;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolvedModule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.multifd.api.MultiFDMethods;
import org.multifd.core.internal.provider.ProviderFixture;

/**
 * A jar made at test time: compiled against what it is told to, then perhaps damaged. Without anything said it has only
 * what its sources give.
 */
public final class TestJar {

    private static final int CLASS_VERSION_OFFSET = 6;

    private final Path jar;
    private final List<String> sources = new ArrayList<>();
    private final List<String> sourceFiles = new ArrayList<>();
    private final List<Path> compiledAgainst = new ArrayList<>(List.of(ProviderFixture.api()));
    private final List<String> options = new ArrayList<>();
    private final List<String> removed = new ArrayList<>();
    private final Map<String, byte[]> added = new LinkedHashMap<>();
    private final Map<String, Integer> classVersions = new LinkedHashMap<>();
    private String module;
    private boolean ofThisJava;

    private TestJar(Path jar) {
        this.jar = jar;
    }

    /** The jar to be; its directory is made when it is built. */
    public static TestJar at(Path jar) {
        return new TestJar(jar);
    }

    /** A module that this JVM has on a path, as a jar; a build that has not packed it has only its classes. */
    public static Path copyOf(String module, Path jar) throws IOException {
        Stream<Path> classPath = Stream.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
                .map(Path::of);
        Path location = Path.of(ModuleLayer.boot().configuration().findModule(module).map(ResolvedModule::reference)
                .or(() -> classPath.flatMap(each -> ModuleFinder.of(each).find(module).stream()).findFirst())
                .orElseThrow().location().orElseThrow());
        Files.createDirectories(jar.getParent());
        return Files.isDirectory(location) ? at(jar).classes(location).build() : Files.copy(location, jar);
    }

    /** A provider of a method with its module, both named after it: what most tests begin with. */
    public static TestJar provider(Path directory, String method) {
        return at(directory.resolve(method + ".jar")).module("m." + method, "p." + method + ".Methods")
                .source(ProviderFixture.provider("p." + method, "Methods", method, ""));
    }

    /** The same with something else in the class's body, which goes before what would be there otherwise. */
    public static TestJar provider(Path directory, String method, String body) {
        return at(directory.resolve(method + ".jar")).module("m." + method, "p." + method + ".Methods")
                .source(ProviderFixture.provider("p." + method, "Methods", method, body));
    }

    public TestJar source(String source) {
        sources.add(source);
        return this;
    }

    /** Files as they lie; a module-info among them makes it a module. */
    public TestJar sourceFile(Path file) {
        sourceFiles.add(file.toString());
        return this;
    }

    /** A module-info that requires the API, and provides these classes if there are any. */
    public TestJar module(String name, String... providers) {
        return moduleInfo("module " + name + " { requires " + MultiFDMethods.class.getPackageName() + ";"
                + (providers.length == 0 ? ""
                : " provides " + MultiFDMethods.class.getName() + " with " + String.join(", ", providers) + ";")
                + " }");
    }

    public TestJar moduleInfo(String declaration) {
        module = declaration;
        return this;
    }

    /** Only the services file tells of the provider. */
    public TestJar withoutModule() {
        module = null;
        return this;
    }

    public TestJar version(String version) {
        options.addAll(List.of("--module-version", version));
        return this;
    }

    /** Compiles against that jar, too. */
    public TestJar on(Path other) {
        compiledAgainst.add(other);
        return this;
    }

    /** Compiles against that jar in place of the API. */
    public TestJar onApi(Path other) {
        compiledAgainst.set(0, other);
        return this;
    }

    /** Its sources may use whatever the Java that runs has. */
    public TestJar ofThisJava() {
        ofThisJava = true;
        return this;
    }

    public TestJar option(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    public TestJar services(String... names) {
        return entry("META-INF/services/" + MultiFDMethods.class.getName(), String.join("\n", names));
    }

    public TestJar manifest(String line) {
        return entry("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n" + line + "\n");
    }

    public TestJar entry(String name, String content) {
        return entry(name, content.getBytes(StandardCharsets.UTF_8));
    }

    public TestJar entry(String name, byte[] content) {
        added.put(name, content);
        return this;
    }

    /** The compiled classes in a directory, and whatever else is there. */
    public TestJar classes(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path each : files.filter(Files::isRegularFile).sorted().toList()) {
                entry(directory.relativize(each).toString(), Files.readAllBytes(each));
            }
        }
        return this;
    }

    /** Leaves an entry out that was compiled. */
    public TestJar without(String entry) {
        removed.add(entry);
        return this;
    }

    /** Says in a class file that it is of another Java. */
    public TestJar classVersion(String entry, int version) {
        classVersions.put(entry, version);
        return this;
    }

    public Path build() throws IOException {
        Path work = Files.createTempDirectory("test-jar");
        try {
            Path classes = Files.createDirectories(work.resolve("classes"));
            if (!sources.isEmpty() || !sourceFiles.isEmpty() || module != null) {
                compile(work, classes);
            }
            pack(classes);
        } finally {
            PrivateDirectory.delete(work);
        }
        return jar;
    }

    private void compile(Path work, Path classes) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-d", classes.toString(), "-proc:none", "-nowarn"));
        if (!ofThisJava) {
            arguments.addAll(List.of("--release", "17"));
        }
        arguments.addAll(options);
        String path = compiledAgainst.stream().map(Path::toString)
                .collect(Collectors.joining(java.io.File.pathSeparator));
        arguments.addAll(List.of(module == null ? "-cp" : "-p", path));
        arguments.addAll(sourceFiles);
        List<String> all = new ArrayList<>(sources);
        if (module != null) {
            all.add(module);
        }
        for (int i = 0; i < all.size(); i++) {
            Path file = Files.createDirectories(work.resolve("source" + i))
                    .resolve(ProviderFixture.fileName(all.get(i)) + ".java");
            Files.writeString(file, all.get(i));
            arguments.add(file.toString());
        }
        StringWriter output = new StringWriter();
        PrintWriter writer = new PrintWriter(output);
        if (ToolProvider.findFirst("javac").orElseThrow().run(writer, writer, arguments.toArray(String[]::new)) != 0) {
            throw new AssertionError("javac " + arguments + "\n" + output);
        }
    }

    private void pack(Path classes) throws IOException {
        Files.createDirectories(jar.getParent());
        List<Path> files;
        try (Stream<Path> walk = Files.walk(classes)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        try (OutputStream out = Files.newOutputStream(jar); JarOutputStream entries = new JarOutputStream(out)) {
            for (Map.Entry<String, byte[]> each : added.entrySet()) {
                put(entries, each.getKey(), each.getValue());
            }
            for (Path file : files) {
                String name = classes.relativize(file).toString().replace('\\', '/');
                if (!removed.contains(name)) {
                    byte[] content = Files.readAllBytes(file);
                    if (classVersions.containsKey(name)) {
                        content[CLASS_VERSION_OFFSET] = 0;
                        content[CLASS_VERSION_OFFSET + 1] = classVersions.get(name).byteValue();
                    }
                    put(entries, name, content);
                }
            }
        }
    }

    private static void put(JarOutputStream entries, String name, byte[] content) throws IOException {
        entries.putNextEntry(new JarEntry(name));
        entries.write(content);
        entries.closeEntry();
    }
}
