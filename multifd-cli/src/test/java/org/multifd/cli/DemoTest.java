package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.multifd.cli.console.Console;
import org.multifd.core.MethodRegistry;

class DemoTest {

    @Test
    void shouldMoveAGuestWithEveryMethodThatIsFound() {
        Run run = Run.of("demo", "--size", "8M");
        assertEquals(0, run.code(), run.err());
        for (String method : List.of("none", "zlib", "zstd", "lz4")) {
            assertEquals(1, run.outLines().stream()
                    .filter(line -> line.startsWith(method + " ") && line.endsWith("  identical")).count(), run.out());
        }
        assertEquals(4, run.outLines().stream().filter(line -> line.contains("identical")).count(), run.out());
        assertTrue(run.err().contains("RAM and device state arrived identical with all 4 methods in "), run.err());
        run.outLines().forEach(line -> assertTrue(line.length() <= 80, line));
        run.err().lines().forEach(line -> assertTrue(line.length() <= 80, line));
    }

    @Test
    void shouldTellProgramsInJson() {
        Run run = Run.of("demo", "--size", "8M", "--json", "--multifd-compression", "zstd,none", "--multifd-zstd-level",
                "3", "--multifd-channels", "3", "--zero-page-detection", "legacy");
        assertEquals(0, run.code(), run.err());
        assertEquals("", run.err());
        List<Map<String, Object>> lines = run.outLines().stream().map(JsonReader::object)
                .filter(line -> !line.get("message_type").equals("progress")).toList();
        assertEquals(3, lines.size(), run.out());
        assertEquals(List.of("result", "result", "summary"), lines.stream().map(line -> line.get("message_type"))
                .toList());
        assertEquals(List.of("zstd", "none"), lines.subList(0, 2).stream().map(line -> line.get("method")).toList());
        for (Map<String, Object> result : lines.subList(0, 2)) {
            assertEquals(true, result.get("identical"));
            assertEquals(8.0 * (1 << 20), result.get("ram_bytes"));
            assertEquals(3.0, result.get("channels"));
            double pages = (double) result.get("normal_pages") + (double) result.get("zero_pages");
            assertTrue(pages >= 2048, "each page travels at least once, but " + pages + " did");
        }
        assertEquals(2.0, lines.get(2).get("identical"));
        assertEquals(0.0, lines.get(2).get("different"));
    }

    @Test
    void shouldFailWhenTheChecksumIsAnother() {
        Run run = Run.with(MethodRegistry.of(PlainMethods.corrupting("wrong")), "demo", "--size", "1M");
        assertEquals(4, run.code(), run.err());
        assertTrue(run.err().contains("multifd: method wrong: "), run.err());
        assertTrue(run.err().contains("RAM: received pages with the checksum "), run.err());
    }

    @Test
    void shouldFailWhenRamArrivesDifferent() {
        MethodRegistry registry = MethodRegistry.of(PlainMethods.corrupting("wrong"), PlainMethods.working("plain"));
        Run run = Run.with(registry, "demo", "--size", "1M", "--checksum", "off");
        assertEquals(1, run.code(), run.err());
        List<String> rows = run.outLines().stream().filter(line -> line.matches("(plain|wrong) .*")).toList();
        assertEquals(2, rows.size(), run.out());
        assertTrue(rows.get(0).startsWith("plain ") && rows.get(0).endsWith("  identical"), run.out());
        assertTrue(rows.get(1).startsWith("wrong ") && rows.get(1).endsWith("  DIFFERENT"), run.out());
        assertTrue(run.err().contains("method wrong: block pc.ram differs first at offset 0x"), run.err());
        assertTrue(run.err().contains("DIFFERENT with 1 of 2 methods"), run.err());
    }

    @Test
    void shouldReportTheEndThatFailedAndNotTheOneThatWasTold() {
        Run run = Run.with(MethodRegistry.of(PlainMethods.refusing("plain", "bad checksum")), "demo", "--size", "1M");
        assertTrue(run.err().lines()
                .anyMatch(line -> line.matches("multifd: method plain: channel [01], packet \\d+: bad checksum")),
                run.err());
        assertEquals(4, run.code());
    }

    @Test
    void shouldNeverWriteMoreThanATerminalsWidth() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(Run.stream(out), Run.stream(err), true, 30);
        MethodRegistry registry = MethodRegistry.of(PlainMethods.working("plain"));
        // slow enough that progress is shown
        int code = new Cli(console, () -> registry).run("demo", "--size", "1M", "--max-bandwidth", "1M");
        assertEquals(0, code, err.toString(StandardCharsets.UTF_8));
        String text = err.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("\rplain: round "), text);
        for (String status : text.split("[\\r\\n]+")) {
            boolean sentence = status.startsWith("a guest") || status.startsWith("RAM and");
            assertTrue(sentence || status.length() < 30, status);
        }
    }

    @Test
    void shouldEndWithOneLineWhenInterrupted() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        AtomicReference<Cli> cli = new AtomicReference<>();
        StringBuilder seen = new StringBuilder();
        PrintStream out = new PrintStream(new OutputStream() {
            @Override
            public synchronized void write(int b) {
                seen.append((char) b);
                if (b == '\n' && seen.indexOf("\"progress\"") > 0) {
                    cli.get().interrupt();
                }
            }
        }, true, StandardCharsets.UTF_8);
        MethodRegistry registry = MethodRegistry.of(PlainMethods.working("plain"));
        cli.set(new Cli(new Console(out, Run.stream(err), false, 80), () -> registry));
        // would take more than ten minutes
        int code = cli.get().run("demo", "--json", "--size", "16M", "--max-bandwidth", "100K");
        assertEquals(130, code);
        assertEquals("multifd: interrupted" + System.lineSeparator(), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldNotSucceedWhenResultsCannotBeWritten() {
        PrintStream full = new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws java.io.IOException {
                throw new java.io.IOException("No space left on device");
            }
        });
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        MethodRegistry registry = MethodRegistry.of(PlainMethods.working("plain"));
        int code = new Cli(new Console(full, Run.stream(err), false, 80), () -> registry).run("methods");
        assertEquals(6, code);
        assertEquals("multifd: standard output could not be written; is there space, does its reader still run?"
                + System.lineSeparator(), err.toString(StandardCharsets.UTF_8));
    }
}
