package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --provider-path} and {@code --provider}: what they give to the commands, and how each failure is told. */
class ProviderPathTest {

    @TempDir
    Path temp;

    private static Map<String, Object> method(Run run, String name) {
        List<Map<String, Object>> found = run.outLines().stream().map(JsonReader::object)
                .filter(line -> name.equals(line.get("method")))
                .toList();
        assertEquals(1, found.size(), run.out() + run.err());
        return found.get(0);
    }

    @Test
    void shouldListAProviderOfADirectory() throws Exception {
        Path jar = ExtraProvider.jar(temp.resolve("extra"), "extra", "");
        Map<String, Object> found = method(Run.of("methods", "--json", "--provider-path",
                temp.resolve("extra").toString()), "extra");
        assertEquals("usable", found.get("state"));
        assertEquals(jar.toString(), found.get("location"));
        assertEquals(temp.resolve("extra").toString(), found.get("layer"));
        assertEquals("", found.get("native_code"));
        assertEquals(jar.toString(), method(Run.of("methods", "--json", "--provider-path=" + jar), "extra")
                .get("layer"));
    }

    @Test
    void shouldShowPeopleTheJarAndTheLayer() throws Exception {
        Path jar = ExtraProvider.jar(temp.resolve("extra"), "extra", "");
        List<String> lines = Run.of("methods", "--provider-path", temp.resolve("extra").toString()).outLines();
        int row = lines.indexOf("extra     usable      1  m.extra");
        assertEquals(List.of("          extra", "          multifd-extra-effort 1..9 (3): how hard it tries",
                "          jar " + jar, "          layer " + temp.resolve("extra")), lines.subList(row + 1, row + 5));
        assertTrue(lines.contains("          layer module path"));
    }

    @Test
    void shouldShowWhereANativeLibraryIsLoadedFrom() {
        String state = (String) method(Run.of("methods", "--json"), "zstd").get("native_code");
        String expected = Files.isReadable(Path.of("/proc/self/maps"))
                ? "in zstd-jni-.*\\.jar, loaded from /.*libzstd-jni.*" : "in zstd-jni-.*\\.jar";
        assertTrue(state.matches(expected), state);
    }

    @Test
    void shouldMigrateWithItsParameter() throws Exception {
        Path jar = ExtraProvider.jar(temp, "extra", "");
        Run run = Run.of("demo", "--size", "1M", "--provider-path", jar.toString(), "--multifd-extra-effort", "9",
                "--multifd-compression", "extra");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("identical"), run.out());
        for (String command : List.of("demo", "send", "relay")) {
            Run help = Run.of(command, "--help", "--provider-path", jar.toString());
            assertTrue(help.out().replaceAll("\\s+", " ")
                    .contains("--multifd-extra-effort=N how hard it tries; 1..9 (3)."), help.out());
        }
        Run wrong = Run.of("demo", "--provider-path", jar.toString(), "--multifd-extra-effort", "10");
        assertEquals("multifd: multifd-extra-effort: received 10, expected 1..9" + System.lineSeparator(), wrong.err());
        assertEquals(2, wrong.code());
    }

    /** Found behind ours, but it is the one that serves. */
    @Test
    void shouldTakeWhatAnyProviderOfTheNameDeclares() {
        Path jar = ZooJar.of("com.example.wide", "zstd").member("priority", "public int priority() { return 1; }")
                .member("parameters", "public java.util.List<MethodParameter> parameters() { return java.util.List.of("
                        + "MethodParameter.integer(\"multifd-zstd-level\", -7, 30, 3, \"wide\")); }").into(temp);
        String[] args = {"demo", "--size", "1M", "--multifd-compression", "zstd", "--provider-path", jar.toString(),
            "--multifd-zstd-level", "30"};
        Run run = Run.of(args);
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("com.example.wide"), run.out());
        args[args.length - 1] = "31";
        assertEquals("multifd: multifd-zstd-level: received 31, expected 0..20 or -7..30" + System.lineSeparator(),
                Run.of(args).err());
    }

    /** A jar that takes a name from another one by its priority is told once, unless somebody asked for it. */
    @Test
    void shouldTellWhatServesInPlaceOfAnother() throws Exception {
        Path jar = ZooJar.of("com.example.eager", "zstd").member("priority", "public int priority() { return 1; }")
                .into(temp);
        List<String> command = new ArrayList<>(Spawned.command("demo", "--size", "1M", "--multifd-compression", "zstd",
                "--provider-path", jar.toString()));
        String err = errors(command);
        assertEquals(1, err.lines().filter(line -> line.contains("method zstd: com.example.eager (" + jar
                + ") serves it in place of org.multifd.provider.zstd ") && line.endsWith(", as it declares the higher "
                + "priority, 1; name one of them to settle it: --provider zstd=com.example.eager or "
                + "MethodRegistry.choose")).count(), err);
        command.addAll(List.of("--provider", "zstd=com.example.eager"));
        assertFalse(errors(command).contains("in place of"));
    }

    private String errors(List<String> command) throws IOException, InterruptedException {
        Path errors = temp.resolve("errors");
        Process process = new ProcessBuilder(command).redirectError(errors.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertEquals(0, process.waitFor(), () -> read(errors));
        return read(errors);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Providers whose methods are not used are not asked whether they work: that may mean loading a native library. */
    @Test
    void shouldNotProbeWhatIsNotUsed() throws Exception {
        Path jar = ExtraProvider.jar(temp, "extra", "");
        Run run = Run.of("demo", "--size", "1M", "--provider-path", jar.toString(), "--multifd-compression", "none");
        assertEquals(0, run.code(), run.err());
        assertEquals(0, Run.of("demo", "--help", "--provider-path", jar.toString()).code());
        assertFalse(Files.exists(ExtraProvider.probed(jar)));
        Run.of("methods", "--provider-path", jar.toString());
        assertTrue(Files.exists(ExtraProvider.probed(jar)));
    }

    @Test
    void shouldTellAJarWithoutAProvider() throws Exception {
        Path jar = Files.writeString(temp.resolve("broken.jar"), "no jar");
        Run run = Run.of("methods", "--provider-path", jar.toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().replaceAll("\\s+", " ").contains(" broken - " + jar
                + ": received a file that is no jar ("), run.out());
    }

    /** What is missing may well be what could not be loaded. */
    @Test
    void shouldSayToMendWhatFailedToLoad() throws Exception {
        Path jar = Files.writeString(temp.resolve("codec.jar"), "no jar");
        Run run = Run.of("demo", "--provider-path", jar.toString(), "--multifd-compression", "codec");
        assertEquals("multifd: method codec: no provider found; usable: lz4, none, zlib, zstd; failed to load: " + jar
                + ": received a file that is no jar (zip END header not found), expected a whole jar: copy it again; "
                + "mend what failed to load, or put the provider's jar on the module path or name it with "
                + "--provider-path" + System.lineSeparator(), run.err());
        assertEquals(5, run.code());
    }

    @Test
    void shouldRefuseAPathThatDoesNotExist() {
        Path nowhere = temp.resolve("nowhere");
        for (String command : List.of("demo", "methods", "send", "relay", "receive")) {
            List<String> args = new ArrayList<>(List.of(command, "--provider-path", nowhere.toString()));
            if (command.equals("receive")) {
                args.addAll(List.of("tcp:127.0.0.1:0", "file:" + temp.resolve("snapshot")));
            }
            Run run = Run.of(args.toArray(String[]::new));
            assertEquals("multifd: received the provider path " + nowhere
                    + ", expected a jar or a directory: there is no such file"
                    + System.lineSeparator(), run.err());
            assertEquals(2, run.code());
        }
        assertEquals(2, Run.of("methods", "--provider-path").code());
    }

    @Test
    void shouldTakeTheProviderThatIsChosen() throws Exception {
        Path jar = ExtraProvider.jar(temp, "none", "");
        Run tie = Run.of("demo", "--size", "1M", "--provider-path", jar.toString(), "--multifd-compression", "none");
        assertEquals(5, tie.code());
        assertTrue(tie.err().contains(" both serve it with priority 0; usable: lz4, zlib, zstd; choose one, --provider "
                + "none=org.multifd.provider.nocomp or --provider none=m.none, or remove a jar"), tie.err());
        for (String choice : List.of("none=m.none", "none=" + jar)) {
            Run run = Run.of("demo", "--size", "1M", "--provider-path", jar.toString(), "--multifd-compression", "none",
                    "--provider", choice);
            assertEquals(0, run.code(), run.err());
            assertTrue(run.out().contains("m.none"), run.out());
        }
        Run methods = Run.of("methods", "--provider-path", jar.toString(), "--provider=none=m.none");
        assertTrue(methods.out().contains("none      outdone     1  org.multifd.provider.nocomp"), methods.out());
        assertTrue(methods.out().contains("          m.none was chosen"), methods.out());
    }

    @Test
    void shouldRefuseAChoiceThatMeansNothing() {
        Run form = Run.of("methods", "--provider", "zstd");
        assertEquals("multifd: provider: received zstd, expected NAME=MODULE" + System.lineSeparator(), form.err());
        assertEquals(2, form.code());
        Run nobody = Run.of("methods", "--provider", "zstd=m.none");
        assertEquals("multifd: method zstd: received the provider m.none, expected org.multifd.provider.zstd"
                + System.lineSeparator(), nobody.err());
        assertEquals(5, nobody.code());
    }

    @Test
    void shouldAdviseWhereToPutAProvider() {
        Run run = Run.of("demo", "--multifd-compression", "snappy");
        assertEquals("multifd: method snappy: no provider found; usable: lz4, none, zlib, zstd; put the provider's "
                + "jar on the module path or name it with --provider-path" + System.lineSeparator(), run.err());
        assertEquals(5, run.code());
    }

    /** A JVM of its own, as the modules or the class path are the JVM's. */
    private Run java(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString()));
        command.addAll(List.of(args));
        Path out = temp.resolve("out");
        Path err = temp.resolve("err");
        Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        return new Run(process.waitFor(), Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    /** What the command needs of this JVM's modules, and these. */
    private static String path(String... more) {
        Stream<String> command = ModuleLayer.boot().modules().stream().map(Module::getName)
                .filter(name -> name.matches("org\\.multifd\\.(api|core|cli|tck)|info\\.picocli|org\\.slf4j.*"));
        return Stream.concat(command, Stream.of(more)).map(ExtraProvider::location).map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static final String MAIN = "org.multifd.cli.Main";

    @Test
    void shouldTakeDirectoriesOnTheClassPath() throws Exception {
        Path jar = ExtraProvider.jar(temp, "extra", "");
        String classPath = path("org.multifd.provider.zlib");
        Run run = java("-cp", classPath, MAIN, "methods", "--json", "--provider-path", jar.toString());
        assertEquals(0, run.code(), run.err());
        assertEquals("class path", method(run, "zlib").get("layer"));
        assertEquals(jar.toString(), method(run, "extra").get("layer"));
        assertEquals("m.extra", method(run, "extra").get("module"));
        Run demo = java("-cp", classPath, MAIN, "demo", "--size", "1M", "--multifd-compression", "extra",
                "--provider-path", jar.toString());
        assertEquals(0, demo.code(), demo.err());
        assertTrue(demo.out().contains("identical"), demo.out());
        Run advice = java("-cp", classPath, MAIN, "demo", "--multifd-compression", "x");
        assertEquals("multifd: method x: no provider found; usable: zlib; put the provider's jar on the class path or "
                + "name it with --provider-path", advice.err().strip());
    }

    @Test
    void shouldFindTheSameOnTheModulePathInADirectoryAndInBoth() throws Exception {
        Path jar = ExtraProvider.jar(temp.resolve("home/extra"), "extra", "");
        String modules = path();
        String main = "org.multifd.cli/" + MAIN;
        Run home = java("-Dmultifd.providers=" + temp.resolve("home"), "-p", modules, "-m", main, "methods", "--json");
        Run path = java("-p", modules + File.pathSeparator + jar, "-m", main, "methods", "--json");
        Run both = java("-Dmultifd.providers=" + temp.resolve("home"), "-p", modules + File.pathSeparator + jar, "-m",
                main, "methods", "--json");
        assertEquals("usable", method(home, "extra").get("state"));
        assertEquals("usable", method(path, "extra").get("state"));
        assertEquals("module path", method(path, "extra").get("layer"));
        assertEquals(List.of("usable", "outdone"), both.outLines().stream().map(line -> JsonReader.object(line)
                .get("state")).toList());
        Run advice = java("-Dmultifd.providers=" + temp.resolve("home"), "-p", modules, "-m", main, "demo",
                "--multifd-compression", "x");
        assertEquals("multifd: method x: no provider found; usable: extra; put the provider's jar into "
                + temp.resolve("home") + " or name it with --provider-path", advice.err().strip());
    }
}
