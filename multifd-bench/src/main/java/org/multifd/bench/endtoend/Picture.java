package org.multifd.bench.endtoend;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.multifd.bench.endtoend.Setting.Kind;
import org.multifd.bench.figure.Spread;

/**
 * The speeds as bars, an SVG file: for each method ours beside QEMU's, all on one scale, at each one's best number of
 * channels.
 */
final class Picture {

    private static final int WIDTH = 760;
    private static final int LEFT = 190;
    private static final int RIGHT = 150;
    private static final int BAR = 20;
    private static final int STEP = 28;
    private static final int TOP = 68;

    private static final Map<Kind, String> COLOURS = Map.of(Kind.PUMP, "#9aa0a6", Kind.OURS, "#1a73e8", Kind.QEMU,
            "#f29900");

    private Picture() {
    }

    static List<String> of(List<Outcome> outcomes, List<String> head) {
        Map<String, Outcome> bars = new LinkedHashMap<>();
        outcomes.stream().filter(each -> COLOURS.containsKey(each.of().kind())).forEach(each -> bars.merge(name(each),
                each, (one, other) -> speed(one).median() >= speed(other).median() ? one : other));
        double most = bars.values().stream().mapToDouble(each -> speed(each).max()).max().orElse(1);
        int height = TOP + bars.size() * STEP + 24;
        List<String> lines = new ArrayList<>();
        lines.add(text("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" "
                + "font-size=\"13\">", WIDTH, height));
        lines.add("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        lines.add("<text x=\"12\" y=\"22\" font-size=\"15\">Pages that are not zero, MB/s over loopback; the line is "
                + "the spread</text>");
        for (int i = 0; i < head.size(); i++) {
            lines.add(text("<text x=\"12\" y=\"%d\" font-size=\"10\" fill=\"#5f6368\">%s</text>", 40 + 14 * i,
                    escaped(head.get(i))));
        }
        int y = TOP;
        for (Map.Entry<String, Outcome> each : bars.entrySet()) {
            lines.addAll(bar(each.getKey(), each.getValue(), y, most));
            y += STEP;
        }
        lines.add("</svg>");
        return lines;
    }

    private static List<String> bar(String name, Outcome outcome, int y, double most) {
        Spread speed = speed(outcome);
        double scale = (WIDTH - LEFT - RIGHT) / most;
        int middle = y + BAR / 2;
        String ratio = outcome.spread("%.2f", "ratio_to_qemu");
        return Stream.of(
                text("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", LEFT - 8, middle + 4, escaped(name)),
                text("<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>", LEFT, y,
                speed.median() * scale, BAR,
                        COLOURS.get(outcome.of().kind())),
                text("<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#202124\"/>", LEFT
                + speed.min() * scale, middle,
                        LEFT + speed.max() * scale, middle),
                text("<text x=\"%.1f\" y=\"%d\">%.0f%s</text>", LEFT + speed.max() * scale + 6, middle + 4,
                speed.median(),
                        ratio.isEmpty() ? "" : " (× " + ratio.substring(0, ratio.indexOf(' ')) + ")")).toList();
    }

    private static Spread speed(Outcome of) {
        return of.figures().get("mb_s");
    }

    private static String name(Outcome of) {
        return of.of().kind() == Kind.PUMP ? of.of().kind().title() : of.of().kind().title() + " " + of.of().method();
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
