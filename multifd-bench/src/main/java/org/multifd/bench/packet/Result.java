package org.multifd.bench.packet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.multifd.bench.figure.JsonLines;
import org.multifd.bench.figure.Spread;

/** What a case's iterations came to. Figures by name, in the order of the table's columns. */
record Result(Case of, Map<String, Spread> figures) {

    /** Bytes per nanosecond times this are MB/s, with 1 MB = 1,000,000 bytes. */
    private static final double MB_PER_SECOND = 1e3;
    private static final double GB_PER_SECOND = 1;

    static Result of(Case of, List<Map<String, Double>> iterations) {
        Map<String, Spread> figures = new LinkedHashMap<>();
        if (of.isScan()) {
            figures.put("ratio_to_loop", ratio(iterations, "loopNanos", "scanNanos"));
            figures.put("ratio_to_limit", ratio(iterations, "limitNanos", "scanNanos"));
            figures.put("ratio_to_copy", ratio(iterations, "copyNanos", "scanNanos"));
            figures.put("scan_gb_s", speed(iterations, "scannedBytes", "scanNanos", GB_PER_SECOND));
            figures.put("allocated_bytes", ratio(iterations, "scanAllocated", "scannedBytes"));
        } else {
            figures.put("ratio_to_bare", ratio(iterations, "bareNanos", "pathNanos"));
            figures.put("path_mb_s", speed(iterations, "pageBytes", "pathNanos", MB_PER_SECOND));
            figures.put("bare_mb_s", speed(iterations, "pageBytes", "bareNanos", MB_PER_SECOND));
            figures.put("compression", ratio(iterations, "pageBytes", "payloadBytes"));
            figures.put("allocated_bytes_per_packet", ratio(iterations, "pathAllocated", "packets"));
        }
        return new Result(of, figures);
    }

    private static Spread ratio(List<Map<String, Double>> iterations, String dividend, String divisor) {
        return Spread.of(iterations, each -> each.get(dividend) / each.get(divisor));
    }

    private static Spread speed(List<Map<String, Double>> iterations, String bytes, String nanos, double unit) {
        return Spread.of(iterations, each -> each.get(bytes) / each.get(nanos) * unit);
    }

    /** Returns a line of JSON. */
    String json(int rounds) {
        List<String> fields = new ArrayList<>(List.of(JsonLines.text("benchmark", of.benchmark().getSimpleName())));
        of.params().forEach((name, value) -> fields.add(value.matches("-?[0-9]+")
                ? JsonLines.number(name, Integer.parseInt(value)) : JsonLines.text(name, value)));
        fields.add(JsonLines.number("rounds", rounds));
        fields.add(JsonLines.figures(figures));
        return JsonLines.line("result", fields.toArray(String[]::new));
    }

    Spread figure(String name) {
        return figures.get(name);
    }
}
