package org.multifd.bench.packet;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.multifd.bench.data.GuestImage;
import org.multifd.bench.figure.JsonLines;
import org.multifd.bench.figure.Machine;
import org.openjdk.jmh.runner.RunnerException;

/** Measures all cases, one round after the other, and says what came of it. */
public final class Run {

    private final Effort effort;
    private final String source;
    private final List<Case> cases;
    private final Machine machine = Machine.here();
    private final List<Result> results = new ArrayList<>();

    /** A case that could not be measured, or whose pages did not arrive as they were sent. */
    public static final class Failed extends Exception {

        private static final long serialVersionUID = 1L;

        Failed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    public Run(Effort effort, String source, List<Case> cases) {
        this.effort = effort;
        this.source = source;
        this.cases = cases;
    }

    /** @param progress gets a line for each fork */
    public void measure(PrintStream progress) throws IOException, Failed {
        Path log = Files.createTempFile("multifd-bench-", ".log");
        Forks forks = new Forks(effort, log);
        Map<Case, List<Map<String, Double>>> iterations = new LinkedHashMap<>();
        cases.forEach(each -> iterations.put(each, new ArrayList<>()));
        int started = 0;
        for (int round = 0; round < effort.rounds(); round++) {
            for (Case each : cases) {
                progress.printf("%3d of %d: %s%n", ++started, cases.size() * effort.rounds(), each.title());
                try {
                    iterations.get(each).addAll(forks.run(each));
                } catch (RunnerException e) {
                    throw new Failed(each.title() + ": " + reason(log) + "; the log is " + log, e);
                }
            }
        }
        Files.delete(log);
        iterations.forEach((each, counters) -> results.add(Result.of(each, counters)));
    }

    /** JMH's own exception says only that something failed; the fork's is in the log. */
    private static String reason(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.matches("(\\w+\\.)+\\w*(Exception|Error)(: .*)?")).findFirst()
                    .orElse("a fork failed");
        }
    }

    public List<String> jsonLines() {
        List<String> lines = new ArrayList<>();
        lines.add(JsonLines.machine(machine, shownSource(), effort.imageMebibytes()));
        results.forEach(each -> lines.add(each.json(effort.rounds())));
        return lines;
    }

    public List<String> tables() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%s, %d cores, %s, %s; load average before: %.1f", machine.processor(),
                machine.cores(), machine.jdk(), machine.system(), machine.load()));
        lines.add(String.format("%d MiB of %s pages; %d rounds of %d iterations: median (least..greatest)",
                effort.imageMebibytes(), shownSource(), effort.rounds(), effort.iterations()));
        lines.add("");
        lines.addAll(ResultTables.paths(results));
        lines.add("");
        lines.addAll(ResultTables.scans(results));
        return lines;
    }

    /** A file's name is the user's own matter. */
    private String shownSource() {
        return source.equals(GuestImage.SYNTHETIC) ? source : "a file's";
    }
}
