package org.multifd.core.internal.provider;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import org.multifd.api.MultiFDMethods;

/** Providers compiled at test time, so that they can be broken in ways that this build would not let pass. */
public final class ProviderFixture {

    private ProviderFixture() {
    }

    /** A provider's source. The body overrides what the parts before it declare. */
    public static String provider(String packageName, String className, String method, String body) {
        return "package " + packageName + "; import org.multifd.api.*;\n"
                + "public class " + className + " implements MultiFDMethods {\n"
                + (body.contains(" name()") ? "" : "public String name() { return \"" + method + "\"; }\n")
                + (body.contains(" apiVersion()") ? "" : "public int apiVersion() { return MultiFDApi.VERSION; }\n")
                + (body.contains(" availability()") ? ""
                        : "public Availability availability() { return Availability.usable(\"works\"); }\n")
                + "public MultiFDSender sendSetup(MultiFDSendParams p) { return null; }\n"
                + "public MultiFDReceiver recvSetup(MultiFDRecvParams p) { return null; }\n"
                + body + "\n}\n";
    }

    /**
     * The source of an abstract class that sends pages as they are; a class that the sender loads only when it is
     * closed.
     */
    public static String[] copying(String packageName) {
        return new String[] {"package " + packageName + "; import org.multifd.api.*;\n"
                + "public abstract class Copies implements MultiFDMethods {\n"
                + "public int apiVersion() { return MultiFDApi.VERSION; }\n"
                + "public Availability availability() { return Availability.usable(\"works\"); }\n"
                + "public MultiFDSender sendSetup(MultiFDSendParams p) { return new MultiFDSender() {\n"
                + "    public void prepare(PageRuns pages, Payload out) { out.appendPages(); }\n"
                + "    public void close() { Late.touch(); }\n"
                + "}; }\n"
                + "public MultiFDReceiver recvSetup(MultiFDRecvParams p) { return new MultiFDReceiver() {\n"
                + "    public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, "
                + "java.io.IOException { in.readInto(pages); }\n    public void close() { }\n"
                + "}; }\n"
                + "}\n", "package " + packageName + "; class Late { static void touch() { } }"};
    }

    /** Where the API's classes are: a directory or a jar. */
    public static Path api() {
        return location(MultiFDMethods.class);
    }

    public static Path location(Class<?> type) {
        try {
            URI uri = type.getProtectionDomain().getCodeSource().getLocation().toURI();
            return Path.of(uri);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Compiles for the class path; returns the directory of classes. */
    public static Path compile(Path root, Path api, String... sources) throws IOException {
        Path classes = Files.createDirectories(root.resolve("classes"));
        List<String> arguments = arguments(classes);
        arguments.addAll(List.of("-cp", api.toString()));
        run("javac", withSources(root, arguments, sources));
        return classes;
    }

    /** Compiles a module of that name and version into a jar. */
    public static Path moduleJar(Path root, String module, String version, String provides, String... sources)
            throws IOException {
        Path classes = Files.createDirectories(root.resolve("classes"));
        List<String> arguments = arguments(classes);
        arguments.addAll(List.of("--module-path", api().toString(), "--module-version", version));
        String[] all = new String[sources.length + 1];
        System.arraycopy(sources, 0, all, 1, sources.length);
        all[0] = "module " + module + " { requires org.multifd.api; provides org.multifd.api.MultiFDMethods with "
                + provides + "; }";
        run("javac", withSources(root, arguments, all));
        return jar(root, classes, module);
    }

    private static Path jar(Path root, Path classes, String name) {
        Path jar = root.resolve(name + ".jar");
        run("jar", List.of("--create", "--file", jar.toString(), "-C", classes.toString(), "."));
        return jar;
    }

    static Path jar(Path root, Path classes, String name, Path manifest) {
        Path jar = root.resolve(name + ".jar");
        run("jar", List.of("--create", "--file", jar.toString(), "--manifest", manifest.toString(),
                "-C", classes.toString(), "."));
        return jar;
    }

    public static void services(Path classes, String... lines) throws IOException {
        Path services = Files.createDirectories(classes.resolve("META-INF/services"));
        Files.write(services.resolve(MultiFDMethods.class.getName()), List.of(lines));
    }

    /** Sees the API and these, and none of the providers that the tests' own class path has. */
    static URLClassLoader isolated(Path... paths) throws IOException {
        return new URLClassLoader(urls(paths), new ApiOnly());
    }

    public static URL[] urls(Path... paths) throws IOException {
        URL[] urls = new URL[paths.length];
        for (int i = 0; i < paths.length; i++) {
            urls[i] = paths[i].toUri().toURL();
        }
        return urls;
    }

    private static List<String> arguments(Path classes) {
        return new ArrayList<>(List.of("-d", classes.toString(), "-proc:none", "-nowarn"));
    }

    private static List<String> withSources(Path root, List<String> arguments, String... sources) throws IOException {
        for (int i = 0; i < sources.length; i++) {
            Path file = Files.createDirectories(root.resolve("src" + i)).resolve(fileName(sources[i]) + ".java");
            Files.writeString(file, sources[i]);
            arguments.add(file.toString());
        }
        return arguments;
    }

    /** Without the suffix. */
    public static String fileName(String source) {
        return source.matches("(?s)(open )?module .*") ? "module-info"
                : source.replaceFirst("(?s).*?(?:class|interface) (\\w+).*", "$1");
    }

    private static void run(String tool, List<String> arguments) {
        StringWriter output = new StringWriter();
        PrintWriter writer = new PrintWriter(output);
        int status = ToolProvider.findFirst(tool).orElseThrow()
                .run(writer, writer, arguments.toArray(String[]::new));
        if (status != 0) {
            throw new AssertionError(tool + " " + arguments + "\n" + output);
        }
    }

    private static final class ApiOnly extends ClassLoader {

        ApiOnly() {
            super(null);
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith("org.multifd.api.")) {
                return MultiFDMethods.class.getClassLoader().loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }
    }
}
