package org.multifd.bench.figure;

import java.util.Locale;
import java.util.Map;

/** Results as JSON lines by {@code message_type}. */
public final class JsonLines {

    private JsonLines() {
    }

    public static String machine(Machine machine, String image, int mebibytes) {
        return line("machine", text("processor", machine.processor()),
                number("cores", machine.cores()), text("jdk", machine.jdk()), text("system", machine.system()),
                number("load_average", machine.load()), text("image", image), number("image_mib", mebibytes));
    }

    /** Returns the figures as fields, each an object of median, least and greatest. */
    public static String figures(Map<String, Spread> figures) {
        StringBuilder fields = new StringBuilder();
        for (Map.Entry<String, Spread> figure : figures.entrySet()) {
            Spread spread = figure.getValue();
            fields.append(fields.isEmpty() ? "" : ",").append(quoted(figure.getKey())).append(":{")
                    .append(number("median", spread.median()))
                    .append(',').append(number("min", spread.min()))
                    .append(',').append(number("max", spread.max())).append('}');
        }
        return fields.toString();
    }

    /** Returns a line of that type: an object of the fields. */
    public static String line(String type, String... fields) {
        return '{' + text("message_type", type) + ',' + String.join(",", fields) + '}';
    }

    public static String text(String name, String value) {
        return quoted(name) + ':' + quoted(value);
    }

    public static String number(String name, int value) {
        return quoted(name) + ':' + value;
    }

    public static String number(String name, double value) {
        // JSON has no infinities
        return quoted(name) + ':' + (Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "null");
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || c > 0x7e) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
