package org.multifd.bench.endtoend;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.multifd.bench.figure.JsonLines;
import org.multifd.bench.figure.Spread;
import org.multifd.bench.figure.Table;

/** What a setting's rounds came to. */
record Outcome(Setting of, Map<String, Spread> figures) {

    /** Returns a line of JSON. */
    String json() {
        return JsonLines.line("result", JsonLines.text("pair", of.kind().title()),
                JsonLines.text("method", of.kind() == Setting.Kind.PUMP ? "none" : of.method().toString()),
                JsonLines.number("channels", of.channels()), JsonLines.figures(figures));
    }

    /** Median and spread; empty for what was not measured here. */
    String spread(String format, String name) {
        Spread figure = figures.get(name);
        return figure == null || Double.isNaN(figure.median()) ? "" : Table.spread(format, figure);
    }

    /** Medians of those that were measured here, source first. */
    String median(String format, double unit, String... names) {
        return Stream.of(names).map(figures::get).filter(figure -> figure != null && figure.median() * unit >= 0)
                .map(figure -> Table.number(format, figure.median() * unit)).collect(Collectors.joining(" + "));
    }
}
