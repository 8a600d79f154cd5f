package org.multifd.cli;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.multifd.api.MultiFDMethods;

/**
 * Builds a provider's jar that is broken in one place: what is not said otherwise is a method that copies pages and
 * keeps the contract, in class {@code Methods} of a package named as its module.
 */
final class ZooJar {

    /** Where class files have the high byte of their version. */
    private static final int MAJOR = 6;
    private static final String SERVICE = MultiFDMethods.class.getName();

    private final String module;
    /** Members of the provider's class by name. */
    private final Map<String, String> members = new LinkedHashMap<>();
    private final Map<String, String> sources = new TreeMap<>();
    private final List<String> directives = new ArrayList<>(List.of("requires org.multifd.api;"));
    private final List<Path> modulePath = new ArrayList<>(List.of(location(MultiFDMethods.class)));
    private final List<Path> packed = new ArrayList<>();
    private final Map<String, byte[]> entries = new TreeMap<>();
    private final Map<String, Integer> classVersions = new TreeMap<>();
    private boolean provides = true;
    private boolean services = true;

    private ZooJar(String module, String method) {
        this.module = module;
        member("name", "public String name() { return \"" + method + "\"; }");
        member("apiVersion", "public int apiVersion() { return MultiFDApi.VERSION; }");
        member("availability", "public Availability availability() { return Availability.usable(\"copies\"); }");
        member("sendSetup", """
                public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
                    return new MultiFDSender() {
                        public void prepare(PageRuns pages, Payload out) throws MultiFDException {
                            send(pages, out);
                        }
                        public void close() { }
                    };
                }""");
        member("recvSetup", """
                public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
                    return new MultiFDReceiver() {
                        public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                            if (in.length() != pages.bytes()) {
                                throw new MultiFDException(
                                        "received " + in.length() + " bytes, expected " + pages.bytes());
                            }
                            receive(pages, in);
                        }
                        public void close() { }
                    };
                }""");
        member("send", "void send(PageRuns pages, Payload out) { pages.copyTo(out.buffer()); }");
        member("receive", "void receive(PageRuns pages, PayloadSource in) throws IOException { "
                + "pages.copyFrom(in.buffer()); }");
    }

    static ZooJar of(String module, String method) {
        return new ZooJar(module, method);
    }

    /** A member in place of the one of that name, or one more. */
    ZooJar member(String name, String source) {
        members.put(name, source);
        return this;
    }

    /** Only these members: what an API that knows no more asks for. */
    ZooJar only(String... names) {
        members.keySet().retainAll(List.of(names));
        return this;
    }

    /** Compiled against another API than this one. */
    ZooJar api(Path classes) {
        modulePath.set(0, classes);
        return this;
    }

    /** A class beside the provider's, in any package. */
    ZooJar type(String inPackage, String name, String source) {
        sources.put(inPackage.replace('.', '/') + "/" + name, "package " + inPackage + ";\n" + source);
        return this;
    }

    /** Nothing but what is given with {@link #type}: a library, or an API. */
    ZooJar library() {
        members.clear();
        directives.clear();
        return withoutProvides().withoutServices();
    }

    ZooJar exports(String exported) {
        directives.add("exports " + exported + ";");
        return this;
    }

    ZooJar requires(String other, Path... jars) {
        directives.add("requires " + other + ";");
        modulePath.addAll(List.of(jars));
        return this;
    }

    ZooJar withoutProvides() {
        provides = false;
        return this;
    }

    ZooJar withoutServices() {
        services = false;
        return this;
    }

    /** A class file's version, as a newer compiler writes it. */
    ZooJar classVersion(String name, int major) {
        classVersions.put(name, major);
        return this;
    }

    /** The classes of another jar or directory inside this one. */
    ZooJar packing(Path classes) {
        packed.add(classes);
        return this;
    }

    /** A file in the jar. */
    ZooJar entry(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    String providerClass() {
        return module + ".Methods";
    }

    /** Writes MODULE.jar into the directory, which is made. */
    Path into(Path directory) {
        try {
            Path work = Files.createTempDirectory("zoo");
            try {
                Path classes = compile(work);
                Path jar = Files.createDirectories(directory).resolve(module + ".jar");
                jar(classes, jar, packed.toArray(Path[]::new));
                return jar;
            } finally {
                delete(work);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path compile(Path work) throws IOException {
        Path source = work.resolve("source");
        if (!members.isEmpty()) {
            type(module, "Methods",
                    "import java.io.IOException;\nimport java.nio.ByteBuffer;\nimport org.multifd.api.*;\npublic "
                    + "class Methods implements MultiFDMethods {\n" + String.join("\n", members.values()) + "\n}");
        }
        if (provides) {
            directives.add("provides " + SERVICE + " with " + providerClass() + ";");
        }
        List<String> files = new ArrayList<>();
        files.add(save(source, "module-info", "module " + module + " { " + String.join(" ", directives) + " }"));
        for (Map.Entry<String, String> each : sources.entrySet()) {
            files.add(save(source, each.getKey(), each.getValue()));
        }
        Path classes = work.resolve("classes");
        String path = modulePath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        List<String> arguments = new ArrayList<>(List.of("--release", "17", "-proc:none", "-nowarn", "-d",
                classes.toString(), "-p", path));
        arguments.addAll(files);
        StringWriter output = new StringWriter();
        PrintWriter writer = new PrintWriter(output);
        if (ToolProvider.findFirst("javac").orElseThrow().run(writer, writer, arguments.toArray(String[]::new)) != 0) {
            throw new AssertionError(output.toString());
        }
        for (Map.Entry<String, Integer> each : classVersions.entrySet()) {
            Path file = classes.resolve(each.getKey() + ".class");
            byte[] bytes = Files.readAllBytes(file);
            bytes[MAJOR] = (byte) (each.getValue() >> 8);
            bytes[MAJOR + 1] = each.getValue().byteValue();
            Files.write(file, bytes);
        }
        if (services) {
            save(classes, "META-INF/services/" + SERVICE, providerClass() + "\n");
        }
        for (Map.Entry<String, byte[]> each : entries.entrySet()) {
            Path file = classes.resolve(each.getKey());
            Files.createDirectories(file.getParent());
            Files.write(file, each.getValue());
        }
        return classes;
    }

    /** Java sources get their ending, services files have none. */
    private static String save(Path root, String name, String text) throws IOException {
        Path file = root.resolve(name.startsWith("META-INF/") ? name : name + ".java");
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text).toString();
    }

    /** A jar of the classes and of those that are packed with them. */
    static void jar(Path classes, Path jar, Path... packed) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            pack(classes, out, false);
            for (Path each : packed) {
                if (Files.isDirectory(each)) {
                    pack(each, out, true);
                } else {
                    try (FileSystem other = FileSystems.newFileSystem(each)) {
                        pack(other.getPath("/"), out, true);
                    }
                }
            }
        }
    }

    /** Foreign classes come without what says which module they are. */
    private static void pack(Path root, JarOutputStream out, boolean foreign) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            String name = root.relativize(file).toString();
            if (!foreign || !name.equals("module-info.class") && !name.startsWith("META-INF/")) {
                out.putNextEntry(new JarEntry(name));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /** Where a class comes from: a jar, or a directory of classes in the middle of a build. */
    static Path location(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
