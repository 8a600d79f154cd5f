package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.StandardOutput;
import org.multifd.core.MethodRegistry;

class StandardOutputTest {

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** Takes some lines, then fails. */
    private static OutputStream failing(int lines, String why) {
        return new OutputStream() {

            private int left = lines;

            @Override
            public void write(int b) throws IOException {
                if (left == 0) {
                    throw new IOException(why);
                }
                left -= b == '\n' ? 1 : 0;
            }
        };
    }

    private int run(OutputStream out, String... args) {
        Console console = new Console(new StandardOutput(out, StandardCharsets.UTF_8), Run.stream(err), false, 80);
        return new Cli(console, () -> MethodRegistry.of(PlainMethods.working("plain"))).run(args);
    }

    @ParameterizedTest
    @ValueSource(strings = {"methods", "methods --json", "--help", "send --help", "--version"})
    void shouldEndQuietlyWhenNobodyReadsOn(String command) {
        assertEquals(141, run(failing(0, "Broken pipe"), command.split(" ")));
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldEndQuietlyInTheMiddle() {
        assertEquals(141, run(failing(1, "Broken pipe"), "methods"));
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldStillSayThatThereIsNoSpace() {
        assertEquals(6, run(failing(1, "No space left on device"), "methods"));
        assertEquals("multifd: standard output could not be written; is there space, does its reader still run?"
                + System.lineSeparator(), err.toString(StandardCharsets.UTF_8));
    }

    private long notes() {
        return err.toString(StandardCharsets.UTF_8).lines().filter(line -> line.startsWith("multifd: ")).count();
    }

    @Test
    void shouldEndADemoQuietlyWhenNobodyReadsOn() {
        assertEquals(141, run(failing(1, "Broken pipe"), "demo", "--size", "1M"));
        assertEquals(0, notes());
    }

    @Test
    void shouldGoOnWithADemoWithoutSpaceForItsReport() {
        assertEquals(0, run(failing(1, "No space left on device"), "demo", "--size", "1M"));
        assertEquals(1, notes());
        assertTrue(err.toString(StandardCharsets.UTF_8)
                .contains("multifd: standard output could not be written; the work goes on "
                + "without its report, is there space?" + System.lineSeparator()),
                err.toString(StandardCharsets.UTF_8));
    }
}
