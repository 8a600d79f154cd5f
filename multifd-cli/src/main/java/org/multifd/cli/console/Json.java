package org.multifd.cli.console;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.multifd.core.MigrationException.Kind;

/** One line of JSON, from maps, collections, text, numbers and booleans. */
public final class Json {

    /** How often a program is told how far it is. */
    public static final long PROGRESS_MILLIS = 500;

    private Json() {
    }

    /** The start of a line that says what it is. */
    public static Map<String, Object> message(String type) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("message_type", type);
        return line;
    }

    /** The same, with the time in UTC: a line of a command that serves for long. */
    public static Map<String, Object> timed(String type) {
        Map<String, Object> line = message(type);
        line.put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        return line;
    }

    /** Adds what failed: the category, the exit code that belongs to it, and the line that people read. */
    public static Map<String, Object> failure(Map<String, Object> line, Kind kind, String message) {
        line.put("kind", kind.name().toLowerCase(Locale.ROOT));
        line.put("exit_code", kind.exitCode());
        line.put("message", message);
        return line;
    }

    public static String line(Map<String, ?> object) {
        StringBuilder out = new StringBuilder();
        value(out, object);
        return out.toString();
    }

    private static void value(StringBuilder out, Object value) {
        if (value instanceof Map<?, ?> map) {
            String gap = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                text(out.append(gap), entry.getKey().toString());
                value(out.append(':'), entry.getValue());
                gap = ",";
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof Collection<?> list) {
            String gap = "[";
            for (Object each : list) {
                value(out.append(gap), each);
                gap = ",";
            }
            out.append(list.isEmpty() ? "[]" : "]");
        } else if (value instanceof Double number) {
            // JSON has no infinities
            out.append(Double.isFinite(number) ? String.format(Locale.ROOT, "%.3f", number) : "null");
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            text(out, value.toString());
        }
    }

    private static void text(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || c > 0x7e) {
                // ASCII only: whatever the terminal's or the file's encoding, the line stays valid
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
