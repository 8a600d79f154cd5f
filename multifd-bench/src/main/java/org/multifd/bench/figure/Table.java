package org.multifd.bench.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Results as Markdown tables that are aligned for a terminal too. */
public final class Table {

    /** A column: its title, and what stands in it for a row. */
    public record Column<R>(String title, Function<R, String> cell) {
    }

    private Table() {
    }

    /** Returns the lines; none if there are no rows. */
    public static <R> List<String> lines(List<Column<R>> columns, List<R> rows) {
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

    public static String spread(String format, Spread of) {
        return number(format, of.median()) + " (" + number(format, of.min()) + ".." + number(format, of.max()) + ")";
    }

    public static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
