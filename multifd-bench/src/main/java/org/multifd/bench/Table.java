package org.multifd.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Results as Markdown tables that are aligned for a terminal too. */
final class Table {

    private record Column<R>(String title, Function<R, String> cell) {
    }

    private static final List<Column<Result>> PATHS = List.of(
            new Column<>("method", r -> r.of().methodLevel()),
            new Column<>("direction", r -> r.of().param("direction")),
            new Column<>("pages", r -> r.of().param("pages")),
            new Column<>("÷ bare codec", r -> spread("%.2f", r.figure("ratio_to_bare"))),
            new Column<>("MB/s", r -> spread("%.0f", r.figure("path_mb_s"))),
            new Column<>("bare MB/s", r -> spread("%.0f", r.figure("bare_mb_s"))),
            new Column<>("compression", r -> number("%.2f", r.figure("compression").median())),
            new Column<>("heap bytes/packet", r -> number("%.1f", r.figure("allocated_bytes_per_packet").median())),
            new Column<>("pages arrived", r -> "identical"));

    private static final List<Column<Result>> SCANS = List.of(
            new Column<>("zero page scan of", r -> r.of().param("content")),
            new Column<>("÷ plain loop", r -> spread("%.2f", r.figure("ratio_to_loop"))),
            new Column<>("÷ limit", r -> spread("%.2f", r.figure("ratio_to_limit"))),
            new Column<>("÷ copy", r -> spread("%.2f", r.figure("ratio_to_copy"))),
            new Column<>("GB/s", r -> spread("%.1f", r.figure("scan_gb_s"))));

    private static final List<Column<Outcome>> ENDS = List.of(
            new Column<>("pair", r -> r.of().kind().title()),
            new Column<>("method", r -> r.of().kind() == Setting.Kind.PUMP ? "" : r.of().method().toString()),
            new Column<>("channels", r -> Integer.toString(r.of().channels())),
            new Column<>("MB/s", r -> r.spread("%.0f", "mb_s")),
            new Column<>("× QEMU", r -> r.spread("%.2f", "ratio_to_qemu")),
            new Column<>("÷ limit", r -> r.spread("%.2f", "ratio_to_limit")),
            new Column<>("wire MB", r -> r.median("%.0f", 1e-6, "wire_bytes")),
            new Column<>("CPU s/GB", r -> r.median("%.2f", 1, "source_cpu_s_gb", "relay_cpu_s_gb",
            "destination_cpu_s_gb")), new Column<>("CPU ÷ limit's", r -> r.median("%.2f", 1, "cpu_ratio_to_limit")),
            new Column<>("heap bytes/packet",
                    r -> r.median("%.1f", 1, "source_heap_bytes_per_packet", "destination_heap_bytes_per_packet")),
            new Column<>("resident MB", r -> r.median("%.0f", 1, "source_peak_mb", "relay_peak_mb",
            "destination_peak_mb")), new Column<>("1000 page faults", r -> r.median("%.0f", 1e-3, "source_faults",
            "destination_faults")), new Column<>("RAM", r -> r.of().kind() == Setting.Kind.PUMP ? "" : "identical"));

    private Table() {
    }

    static List<String> paths(List<Result> results) {
        return lines(PATHS, results.stream().filter(each -> !each.of().isScan()).toList());
    }

    static List<String> ends(List<Outcome> outcomes) {
        return lines(ENDS, outcomes.stream().filter(each -> each.of().kind() != Setting.Kind.CODEC).toList());
    }

    static List<String> scans(List<Result> results) {
        return lines(SCANS, results.stream().filter(each -> each.of().isScan()).toList());
    }

    private static <R> List<String> lines(List<Column<R>> columns, List<R> rows) {
        if (rows.isEmpty()) {
            return List.of();
        }
        StringBuilder head = new StringBuilder("|");
        StringBuilder rule = new StringBuilder("|");
        List<StringBuilder> body = new ArrayList<>();
        rows.forEach(row -> body.add(new StringBuilder("|")));
        for (Column<R> column : columns) {
            List<String> cells = rows.stream().map(column.cell).toList();
            int width = Math.max(column.title.length(), cells.stream().mapToInt(String::length).max().getAsInt());
            head.append(padded(column.title, width));
            rule.append("-".repeat(width + 2)).append('|');
            for (int i = 0; i < cells.size(); i++) {
                body.get(i).append(padded(cells.get(i), width));
            }
        }
        List<String> lines = new ArrayList<>(List.of(head.toString(), rule.toString()));
        body.forEach(line -> lines.add(line.toString()));
        return lines;
    }

    private static String padded(String text, int width) {
        return " " + text + " ".repeat(width - text.length()) + " |";
    }

    static String spread(String format, Spread of) {
        return number(format, of.median()) + " (" + number(format, of.min()) + ".." + number(format, of.max()) + ")";
    }

    static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
