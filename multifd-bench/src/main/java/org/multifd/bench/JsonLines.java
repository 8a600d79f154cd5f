package org.multifd.bench;

import java.util.Locale;
import java.util.Map;

/** Results as JSON lines by {@code message_type}. */
final class JsonLines {

    private JsonLines() {
    }

    static String machine(Machine machine, String image, int mebibytes) {
        return line("machine", String.join(",", text("processor", machine.processor()),
                number("cores", machine.cores()), text("jdk", machine.jdk()), text("system", machine.system()),
                number("load_average", machine.load()), text("image", image), number("image_mib", mebibytes)));
    }

    static String result(Result result, int rounds) {
        StringBuilder fields = new StringBuilder(text("benchmark", result.of().benchmark().getSimpleName()));
        for (Map.Entry<String, String> param : result.of().params().entrySet()) {
            boolean integer = param.getValue().matches("-?[0-9]+");
            fields.append(',').append(integer ? number(param.getKey(), Integer.parseInt(param.getValue()))
                    : text(param.getKey(), param.getValue()));
        }
        fields.append(',').append(number("rounds", rounds));
        append(fields, result.figures());
        return line("result", fields.toString());
    }

    static String setting(Setting setting, Map<String, Spread> figures) {
        StringBuilder fields = new StringBuilder(String.join(",", text("pair", setting.kind().title()),
                text("method", setting.kind() == Setting.Kind.PUMP ? "none" : setting.method().toString()),
                number("channels", setting.channels())));
        append(fields, figures);
        return line("result", fields.toString());
    }

    static String guest(RamImage image, String content, String qemu, int rounds) {
        return line("guest", String.join(",", text("content", content), number("ram_mib", image.mebibytes()),
                number("non_zero_mb", image.nonZeroBytes() * 1e-6), text("qemu", qemu), number("rounds", rounds)));
    }

    private static void append(StringBuilder fields, Map<String, Spread> figures) {
        for (Map.Entry<String, Spread> figure : figures.entrySet()) {
            Spread spread = figure.getValue();
            fields.append(',').append(quoted(figure.getKey())).append(":{").append(number("median", spread.median()))
                    .append(',').append(number("min", spread.min()))
                    .append(',').append(number("max", spread.max())).append('}');
        }
    }

    private static String line(String type, String fields) {
        return '{' + text("message_type", type) + ',' + fields + '}';
    }

    private static String text(String name, String value) {
        return quoted(name) + ':' + quoted(value);
    }

    private static String number(String name, int value) {
        return quoted(name) + ':' + value;
    }

    private static String number(String name, double value) {
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
