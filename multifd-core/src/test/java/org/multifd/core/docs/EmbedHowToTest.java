package org.multifd.core.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.api.MultiFDMethods;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationSource;
import org.slf4j.Logger;

/** The programs of the how-to on embedding: a module of their own, between two JVMs. */
class EmbedHowToTest {

    private static final String EXAMPLE = "examples/live-memory";

    @TempDir
    Path temp;

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Repository.ROOT.resolve(EXAMPLE))) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }

    private static Path location(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** What the example's user has: api, core, slf4j, somewhere to log to, and the one provider that it uses. */
    private String modulePath() throws Exception {
        return Stream.of(location(MultiFDMethods.class), location(MigrationSource.class), location(Logger.class),
                location(Class.forName("org.slf4j.simple.SimpleLogger")),
                location(MethodRegistry.load().find("zlib").getClass()), temp).map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private Process start(String program, String uri) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(java, "-p", modulePath(), "-m", "live/live." + program, uri)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private void compile() throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of("-Xlint:all", "-Werror", "-p", modulePath(), "-d", temp.toString()));
        sources().forEach(file -> arguments.add(file.toString()));
        PrintWriter messages = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
        assertEquals(0, javac.run(messages, messages, arguments.toArray(String[]::new)));
    }

    @Test
    void shouldKeepACounterInAFile() throws Exception {
        compile();
        Process checkpoint = start("Checkpoint", "file:" + temp.resolve("live.snap"));
        List<String> lines = checkpoint.inputReader().lines().toList();
        assertEquals(0, checkpoint.waitFor());
        assertTrue(lines.get(0).matches("saved at \\d+: \\d+ rounds, paused for [0-9.]+ ms"), lines.toString());
        String count = lines.get(0).substring("saved at ".length(), lines.get(0).indexOf(':'));
        assertEquals(List.of(lines.get(0), "restored at " + count + ", intact"), lines);
    }

    @Test
    void shouldRunBetweenTwoMachines() throws Exception {
        compile();
        Process destination = start("Destination", "tcp:127.0.0.1:0");
        BufferedReader arrived = destination.inputReader();
        try {
            String listening = arrived.readLine();
            assertTrue(listening != null && listening.startsWith("listening on tcp:127.0.0.1:"), listening);
            Process source = start("Source", listening.substring("listening on ".length()));
            String left = source.inputReader().lines().collect(Collectors.joining("\n"));
            assertEquals(0, source.waitFor());
            assertTrue(left.matches("left at \\d+: \\d+ rounds, [0-9.]+ MB on the wire, paused for [0-9.]+ ms"), left);
            String count = left.substring("left at ".length(), left.indexOf(':'));
            assertEquals(List.of("arrived at " + count + ", intact", "goes on"), arrived.lines().toList());
            assertEquals(0, destination.waitFor());
        } finally {
            destination.destroyForcibly();
        }
    }

    @Test
    void shouldBeWhatTheHowToShows() throws Exception {
        String page = Repository.read("docs/howto/embed.md");
        for (Path source : sources()) {
            assertTrue(page.contains("```java\n" + Files.readString(source) + "```\n"),
                    "docs/howto/embed.md lacks " + source);
        }
    }
}
