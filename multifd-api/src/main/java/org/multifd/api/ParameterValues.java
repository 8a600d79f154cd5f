package org.multifd.api;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The value of each parameter that a method declares: the one given, checked, or the default. Core makes them before
 * set-up; a provider's own tests can make them too. Immutable.
 */
public final class ParameterValues {

    private static final int SHOWN = 200;

    private record Value(MethodParameter declared, String text) {
    }

    private final Map<String, Value> values;

    private ParameterValues(Map<String, Value> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * Checks the values given and takes defaults for the others.
     *
     * @param declared the method's parameters
     * @param given values by name; names that are not declared are left out
     * @return the values
     * @throws IllegalArgumentException with one line, if a value is not allowed
     */
    public static ParameterValues of(List<MethodParameter> declared, Map<String, String> given) {
        Map<String, Value> values = new HashMap<>();
        for (MethodParameter each : declared) {
            String text = given.get(each.name());
            if (text != null) {
                check(each, text);
            }
            values.put(each.name(), new Value(each, text == null ? each.defaultValue() : text));
        }
        return new ParameterValues(values);
    }

    /**
     * Checks a value; a file must be there.
     *
     * @param parameter what it is for
     * @param value the text given
     * @throws IllegalArgumentException with one line that has the parameter's name, what was received and what was
     *     expected, if the value is not allowed
     */
    public static void check(MethodParameter parameter, String value) {
        if (parameter.accepts(value)
                && (parameter.type() != MethodParameter.Type.PATH || isReadableFile(value))) {
            return;
        }
        throw new IllegalArgumentException(parameter.name() + ": received " + shown(parameter, value) + ", expected "
                + parameter.expected());
    }

    private static boolean isReadableFile(String value) {
        try {
            Path path = Path.of(value);
            return Files.isReadable(path) && !Files.isDirectory(path);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static String shown(MethodParameter parameter, String value) {
        if (parameter.type() == MethodParameter.Type.SECRET) {
            return "a secret of " + value.length() + " characters";
        }
        if (value.matches("[+-]?[0-9]{1,30}")) {
            return value;
        }
        StringBuilder shown = new StringBuilder("\"");
        value.codePoints().limit(SHOWN).forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT
                    || Character.getType(c) == Character.LINE_SEPARATOR
                    || Character.getType(c) == Character.PARAGRAPH_SEPARATOR) {
                shown.append(String.format("\\u%04x", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.append(value.length() > SHOWN ? "…\"" : "\"").toString();
    }

    private Value of(String name, MethodParameter.Type... types) {
        Value value = name == null ? null : values.get(name);
        if (value != null) {
            for (MethodParameter.Type each : types) {
                if (value.declared.type() == each) {
                    return value;
                }
            }
        }
        throw new IllegalArgumentException("received the parameter " + name + ", expected "
                + (value == null ? "one that the method declares"
                : "one of another type: it is declared as " + value.declared.type()));
    }

    /**
     * The value of an integer or a switch.
     *
     * @param name the whole name as declared
     * @return the number; for a switch 1 (on) or 0 (off)
     * @throws IllegalArgumentException if the method declares no such parameter of such a type
     */
    public int parameter(String name) {
        Value value = of(name, MethodParameter.Type.INTEGER, MethodParameter.Type.BOOLEAN);
        return Math.toIntExact(value.declared.number(value.text));
    }

    /**
     * The value of a size.
     *
     * @param name the whole name as declared
     * @return bytes
     * @throws IllegalArgumentException if the method declares no such parameter of such a type
     */
    public long size(String name) {
        Value value = of(name, MethodParameter.Type.SIZE);
        return value.declared.number(value.text);
    }

    /**
     * The value of a choice, a string or a secret.
     *
     * @param name the whole name as declared
     * @return the text, or null if none was given and there is no default
     * @throws IllegalArgumentException if the method declares no such parameter of such a type
     */
    public String text(String name) {
        return of(name, MethodParameter.Type.CHOICE, MethodParameter.Type.STRING, MethodParameter.Type.SECRET).text;
    }

    /**
     * The value of a path.
     *
     * @param name the whole name as declared
     * @return the file, or null if none was given
     * @throws IllegalArgumentException if the method declares no such parameter of such a type
     */
    public Path path(String name) {
        String text = of(name, MethodParameter.Type.PATH).text;
        return text == null ? null : Path.of(text);
    }

    /** Shows all values but secrets. */
    @Override
    public String toString() {
        StringBuilder shown = new StringBuilder();
        values.values().stream().sorted((a, b) -> a.declared.name().compareTo(b.declared.name()))
                .forEach(each -> shown.append(shown.isEmpty() ? "" : " ").append(each.declared.name()).append('=')
                        .append(each.declared.type() == MethodParameter.Type.SECRET && each.text != null ? "(secret)"
                                : each.text));
        return shown.toString();
    }
}
