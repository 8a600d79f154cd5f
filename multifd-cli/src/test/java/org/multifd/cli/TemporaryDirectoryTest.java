package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A temporary directory that is of no use costs no method that does not need one. */
class TemporaryDirectoryTest {

    @ParameterizedTest
    @ValueSource(strings = {"missing", "a file", "no permission", "full"})
    void shouldNotCostAMethod(String kind, @TempDir Path directory) throws Exception {
        Path temporary = directory.resolve("tmp");
        switch (kind) {
            case "a file" -> Files.writeString(temporary, "");
            case "no permission" -> temporary = Path.of("/proc/self"); // root may write to any other
            case "full" -> temporary = Path.of("/proc/self/fd"); // no file can be made there
            default -> { }
        }
        Path jars = ZooJar.of("com.example.copies", "copies").into(directory.resolve("jars"));
        List<String> command = new ArrayList<>(Spawned.command("demo", "--size", "1M", "--json",
                "--multifd-compression", "copies", "--provider-path", jars.toString()));
        command.add(command.indexOf("-XX:+UseSerialGC"), "-Djava.io.tmpdir=" + temporary);
        Path errors = directory.resolve("errors");
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = Files.readString(errors);
        assertEquals(0, process.waitFor(), err);
        assertTrue(out.contains("\"method\":\"copies\""), out);
        assertTrue(err.contains("no private copy can be made in java.io.tmpdir, " + temporary + ": ")
                && err.contains("name another directory by -Djava.io.tmpdir=DIR"), err);
        assertTrue(err.lines().noneMatch(line -> line.startsWith("\tat ")), err);
    }

    /** What cannot be copied is not opened in place either: a pipe would be waited for without end. */
    @Test
    void shouldRefuseAPipeWithoutATemporaryDirectory(@TempDir Path directory) throws Exception {
        Path pipe = Files.createDirectories(directory.resolve("jars")).resolve("x.jar");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        List<String> command = new ArrayList<>(Spawned.command("methods", "--json", "--provider-path",
                pipe.getParent().toString()));
        command.add(command.indexOf("-XX:+UseSerialGC"), "-Djava.io.tmpdir=" + directory.resolve("missing"));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        assertTrue(out.contains(pipe + ": received a pipe, device or socket, expected a jar, a regular file: remove "
                + "it"), out);
    }
}
