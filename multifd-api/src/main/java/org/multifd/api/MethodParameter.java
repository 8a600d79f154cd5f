package org.multifd.api;

import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A parameter that a method declares (rule 5.1): its name, what values it takes, and a line of help. Made by the
 * factory of its type. A value is a text, as users write it; {@link #accepts} says whether it is allowed.
 *
 * <table>
 * <caption>Types of parameters</caption>
 * <thead>
 * <tr><th scope="col">type</th><th scope="col">a value</th><th scope="col">a set-up reads it by</th></tr>
 * </thead>
 * <tbody>
 * <tr><td>{@link Type#INTEGER}</td><td>a decimal number in a range</td><td>{@link MultiFDParams#parameter}</td></tr>
 * <tr><td>{@link Type#BOOLEAN}</td><td>{@code on} or {@code off}, as QEMU's</td>
 *     <td>{@link MultiFDParams#parameter}: 1 or 0</td></tr>
 * <tr><td>{@link Type#CHOICE}</td><td>one of some words</td><td>{@link MultiFDParams#text}</td></tr>
 * <tr><td>{@link Type#SIZE}</td><td>bytes in a range; K, M, G or T multiplies by a power of 1024</td>
 *     <td>{@link MultiFDParams#size}</td></tr>
 * <tr><td>{@link Type#STRING}</td><td>a line of text of limited length</td><td>{@link MultiFDParams#text}</td></tr>
 * <tr><td>{@link Type#PATH}</td><td>a file that exists and can be read</td><td>{@link MultiFDParams#path}</td></tr>
 * <tr><td>{@link Type#SECRET}</td><td>a line of text that is never shown: not in help, messages, logs or output; on the
 *     command line the name of a file that holds it</td><td>{@link MultiFDParams#text}</td></tr>
 * </tbody>
 * </table>
 *
 * <p>Immutable. Types can be added by later versions of the API; existing ones keep their meaning.
 */
public final class MethodParameter {

    /** The types of parameters. */
    public enum Type {
        /** A number in a range. */
        INTEGER,
        /** On or off. */
        BOOLEAN,
        /** One of some words. */
        CHOICE,
        /** A number of bytes in a range. */
        SIZE,
        /** A line of text. */
        STRING,
        /** A file that exists and can be read. */
        PATH,
        /** A line of text that is never shown. */
        SECRET
    }

    private static final int LONGEST_TEXT = 4096;
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,10}");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,19})([KMGT]?)(?:i?B)?", Pattern.CASE_INSENSITIVE);

    private final String name;
    private final Type type;
    private final long min;
    private final long max;
    private final List<String> choices;
    private final String defaultValue;
    private final String help;

    private MethodParameter(String name, Type type, long min, long max, List<String> choices, String defaultValue,
            String help) {
        this.name = Objects.requireNonNull(name, "name");
        this.help = Objects.requireNonNull(help, "help");
        this.type = type;
        this.min = min;
        this.max = max;
        this.choices = List.copyOf(choices);
        this.defaultValue = defaultValue;
        if (min > max || defaultValue != null && !accepts(defaultValue)) {
            throw new IllegalArgumentException(name + ": received the default " + defaultValue + ", expected "
                    + expected());
        }
    }

    /**
     * Declares a number.
     *
     * @param name the whole name: {@code multifd-<method>-…}, as QEMU names its own ({@code multifd-zstd-level})
     * @param min the smallest value allowed
     * @param max the largest value allowed
     * @param defaultValue the value used when none is given, within the range
     * @param help one line for people
     * @return the parameter
     */
    public static MethodParameter integer(String name, int min, int max, int defaultValue, String help) {
        return new MethodParameter(name, Type.INTEGER, min, max, List.of(), Integer.toString(defaultValue), help);
    }

    /**
     * Declares a switch.
     *
     * @param name the whole name
     * @param defaultValue whether it is on when nothing is given
     * @param help one line for people
     * @return the parameter
     */
    public static MethodParameter bool(String name, boolean defaultValue, String help) {
        return new MethodParameter(name, Type.BOOLEAN, 0, 1, List.of("on", "off"), defaultValue ? "on" : "off", help);
    }

    /**
     * Declares a choice of words.
     *
     * @param name the whole name
     * @param choices the words, at least one, of characters {@code a-z 0-9 -}
     * @param defaultValue the word used when none is given, one of them
     * @param help one line for people
     * @return the parameter
     */
    public static MethodParameter choice(String name, List<String> choices, String defaultValue, String help) {
        if (choices.isEmpty() || !choices.stream().allMatch(each -> each.matches("[a-z0-9-]+"))) {
            throw new IllegalArgumentException(name + ": received the choices " + choices
                    + ", expected at least one word of characters a-z, 0-9 and -");
        }
        return new MethodParameter(name, Type.CHOICE, 0, 0, choices, Objects.requireNonNull(defaultValue), help);
    }

    /**
     * Declares a number of bytes.
     *
     * @param name the whole name
     * @param min the fewest bytes allowed, at least 0
     * @param max the most bytes allowed
     * @param defaultValue the bytes used when none are given, within the range
     * @param help one line for people
     * @return the parameter
     */
    public static MethodParameter size(String name, long min, long max, long defaultValue, String help) {
        return new MethodParameter(name, Type.SIZE, Math.max(min, 0), max, List.of(), Long.toString(defaultValue),
                help);
    }

    /**
     * Declares a line of text.
     *
     * @param name the whole name
     * @param maxLength the most characters, 1..4096
     * @param defaultValue the text used when none is given, or null for none
     * @param help one line for people
     * @return the parameter
     */
    public static MethodParameter string(String name, int maxLength, String defaultValue, String help) {
        return new MethodParameter(name, Type.STRING, 0, Math.min(maxLength, LONGEST_TEXT), List.of(), defaultValue,
                help);
    }

    /**
     * Declares a file that the method reads. There is none by default.
     *
     * @param name the whole name
     * @param help one line for people
     * @return the parameter
     */
    public static MethodParameter path(String name, String help) {
        return new MethodParameter(name, Type.PATH, 1, LONGEST_TEXT, List.of(), null, help);
    }

    /**
     * Declares a line of text that is never shown. There is none by default.
     *
     * @param name the whole name
     * @param help one line for people
     * @return the parameter
     */
    public static MethodParameter secret(String name, String help) {
        return new MethodParameter(name, Type.SECRET, 1, LONGEST_TEXT, List.of(), null, help);
    }

    /**
     * The whole name, {@code multifd-<method>-…}.
     *
     * @return characters of {@code a-z 0-9 -}
     */
    public String name() {
        return name;
    }

    /**
     * What values it takes.
     *
     * @return the type
     */
    public Type type() {
        return type;
    }

    /**
     * The lower end of the range: of a number, of bytes, or of the length of a text in characters.
     *
     * @return the smallest value allowed
     */
    public long min() {
        return min;
    }

    /**
     * The upper end of the range: of a number, of bytes, or of the length of a text in characters.
     *
     * @return the largest value allowed
     */
    public long max() {
        return max;
    }

    /**
     * The words of a choice or of a switch.
     *
     * @return an unmodifiable list, empty for other types
     */
    public List<String> choices() {
        return choices;
    }

    /**
     * The value used when none is given.
     *
     * @return an allowed value, or null if there is none
     */
    public String defaultValue() {
        return defaultValue;
    }

    /**
     * What it is for.
     *
     * @return one line for people
     */
    public String help() {
        return help;
    }

    /**
     * Whether a value is allowed. Whether a {@link Type#PATH}'s file exists is not looked at here.
     *
     * @param value a text as a user writes it
     * @return true if a set-up may be given it
     */
    public boolean accepts(String value) {
        return switch (type) {
            case INTEGER, SIZE -> {
                BigInteger number = parsed(value);
                yield number != null && number.compareTo(BigInteger.valueOf(min)) >= 0
                        && number.compareTo(BigInteger.valueOf(max)) <= 0;
            }
            case BOOLEAN, CHOICE -> choices.contains(value);
            case STRING, PATH, SECRET -> value.length() >= min && value.length() <= max
                    && value.chars().noneMatch(Character::isISOControl);
        };
    }

    /**
     * An allowed value as a number: 1 or 0 for a switch, bytes for a size.
     *
     * @param value one that {@link #accepts} allows
     * @return the number
     * @throws IllegalArgumentException if the type has no numbers or the value is not allowed
     */
    public long number(String value) {
        if (type == Type.BOOLEAN && choices.contains(value)) {
            return value.equals("on") ? 1 : 0;
        }
        if (type != Type.INTEGER && type != Type.SIZE || !accepts(value)) {
            throw new IllegalArgumentException(name + ": expected " + expected() + ", as a number");
        }
        return parsed(value).longValueExact();
    }

    private BigInteger parsed(String value) {
        if (type == Type.INTEGER) {
            return INTEGER.matcher(value).matches() ? new BigInteger(value) : null;
        }
        Matcher size = SIZE.matcher(value);
        if (!size.matches()) {
            return null;
        }
        int power = size.group(2).isEmpty() ? 0 : "KMGT".indexOf(Character.toUpperCase(size.group(2).charAt(0))) + 1;
        return new BigInteger(size.group(1)).shiftLeft(10 * power);
    }

    /**
     * The values allowed, for messages and help.
     *
     * @return for people: {@code 1..20}, {@code on or off}, {@code fast, good or best}
     */
    public String expected() {
        return switch (type) {
            case INTEGER -> min + ".." + max;
            case SIZE -> min + ".." + max + " bytes";
            case BOOLEAN, CHOICE -> choices.size() == 1 ? choices.get(0)
                    : String.join(", ", choices.subList(0, choices.size() - 1)) + " or "
                            + choices.get(choices.size() - 1);
            case STRING -> "a line of at most " + max + " characters";
            case PATH -> "a file that can be read";
            case SECRET -> "a line of 1 to " + max + " characters";
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MethodParameter that && name.equals(that.name) && type == that.type && min == that.min
                && max == that.max && choices.equals(that.choices) && Objects.equals(defaultValue, that.defaultValue)
                && help.equals(that.help);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, type, min, max, choices, defaultValue, help);
    }

    @Override
    public String toString() {
        return name + ": " + expected();
    }
}
