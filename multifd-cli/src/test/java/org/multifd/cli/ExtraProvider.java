package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.multifd.api.MultiFDMethods;

/**
 * A provider's jar that the tests compile: pages as they are, with one parameter. Its probe makes a file beside the
 * jar.
 */
final class ExtraProvider {

    private ExtraProvider() {
    }

    /** The jar in that directory; the body is added to the class. */
    static Path jar(Path directory, String method, String body) throws IOException {
        Path jar = Files.createDirectories(directory).resolve(method + ".jar");
        Path classes = Files.createTempDirectory(directory, "classes");
        String provider = "package p." + method
                + "; import org.multifd.api.*; import java.io.IOException; import java.nio.file.*;public class "
                + "Methods implements MultiFDMethods {public String name() { return \"" + method
                + "\"; } public int apiVersion() { return MultiFDApi.VERSION; }public "
                + "java.util.List<MethodParameter> parameters() { return java.util.List.of("
                + "MethodParameter.integer(\"multifd-" + method + "-effort\", 1, 9, 3, \"how hard it tries\")); }"
                + "public Availability availability() { try { Files.writeString(Path.of(\"" + probed(jar)
                + "\"), \"\"); } catch (IOException e) { return Availability.unusable(e.toString(), e); } return "
                + "Availability.usable(\"extra\"); }public MultiFDSender sendSetup(MultiFDSendParams p) { return new "
                + "MultiFDSender() { public void prepare(PageRuns pages, Payload out) { out.appendPages(); } public "
                + "void close() { } }; }public MultiFDReceiver recvSetup(MultiFDRecvParams p) { return new "
                + "MultiFDReceiver() { public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, "
                + "IOException { in.readInto(pages); } public void close() { } }; }" + body + "}";
        String module = "module m." + method + " { requires org.multifd.api; provides org.multifd.api.MultiFDMethods "
                + "with p." + method + ".Methods; }";
        Path sources = Files.createTempDirectory(directory, "sources");
        int code = ToolProvider.findFirst("javac").orElseThrow().run(System.out, System.err, "-d", classes.toString(),
                "--release", "17", "-proc:none", "-p", location(MultiFDMethods.class.getPackageName()).toString(),
                Files.writeString(sources.resolve("Methods.java"), provider).toString(),
                Files.writeString(sources.resolve("module-info.java"), module).toString());
        assertEquals(0, code, "javac");
        pack(classes, jar);
        delete(classes);
        delete(sources);
        return jar;
    }

    /** There once the provider was asked whether it works. */
    static Path probed(Path jar) {
        return jar.resolveSibling(jar.getFileName() + ".probed");
    }

    /** Where a module of this JVM's lies. */
    static Path location(String module) {
        return Path.of(ModuleLayer.boot().configuration().findModule(module).orElseThrow().reference().location()
                .orElseThrow());
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar); JarOutputStream entries = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                entries.putNextEntry(new JarEntry(classes.relativize(each).toString()));
                Files.copy(each, entries);
                entries.closeEntry();
            }
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
