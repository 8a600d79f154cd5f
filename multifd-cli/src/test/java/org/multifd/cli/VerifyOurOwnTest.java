package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.tck.Rule;

/** The four methods that come along pass, from directories as the distribution has them. */
class VerifyOurOwnTest {

    @TempDir
    Path temp;

    @ParameterizedTest
    @CsvSource({"none, org.multifd.provider.nocomp,", "zlib, org.multifd.provider.zlib,",
        "zstd, org.multifd.provider.zstd, com.github.luben.zstd_jni", "lz4, org.multifd.provider.lz4, org.lz4.java"})
    void shouldPassEveryRule(String method, String module, String codec) throws IOException {
        Path directory = Files.createDirectories(temp.resolve(method));
        bring(module, directory);
        if (codec != null) {
            bring(codec, directory);
        }
        Run run = Run.of("verify", directory.toString());
        assertEquals("", run.err(), run.out());
        assertEquals(0, run.code());
        List<String> lines = run.outLines();
        assertTrue(lines.get(0).startsWith(method + "  " + module), lines.get(0));
        assertEquals(Rule.values().length, lines.stream()
                .filter(line -> line.matches("\\d\\.\\d  (passed|not checked) .*")).count(), run.out());
        assertTrue(lines.get(lines.size() - 1).matches(method + ": \\d+ passed, 0 failed, \\d not checked in .*"),
                run.out());
    }

    /** From the module path of this run: a jar or, in the middle of a build, a directory of classes. */
    private static void bring(String module, Path directory) throws IOException {
        Path from = Path.of(ModuleLayer.boot().configuration().findModule(module).orElseThrow().reference().location()
                .orElseThrow());
        if (Files.isDirectory(from)) {
            ZooJar.jar(from, directory.resolve(module + ".jar"));
        } else {
            Files.copy(from, directory.resolve(from.getFileName()));
        }
    }
}
