package org.multifd.core.internal.provider;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.multifd.api.MethodParameter;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.wire.Text;

/**
 * The value of each parameter that a method declares: given and within its range, or its default (provider-contract
 * 5.1).
 */
public final class ParameterValues {

    private final Map<String, Integer> values;

    private ParameterValues(Map<String, Integer> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * Checks everything given: a parameter of another method is of no use here, but its range holds, as in QEMU, whose
     * parameters are set once for all methods. A name that no method declares is refused.
     *
     * @param declared this method's parameters
     * @param others what other methods declare
     * @param given names with Integers or decimal Strings
     */
    public static ParameterValues of(List<MethodParameter> declared, Collection<MethodParameter> others,
            Map<String, ?> given) throws MigrationException {
        Map<String, MethodParameter> known = new TreeMap<>();
        others.forEach(each -> known.put(each.name(), each));
        declared.forEach(each -> known.put(each.name(), each));
        for (Map.Entry<String, ?> each : given.entrySet()) {
            if (!known.containsKey(each.getKey())) {
                throw unknown(each.getKey(), known.keySet());
            }
            inRange(known.get(each.getKey()), each.getValue());
        }
        Map<String, Integer> values = new HashMap<>();
        for (MethodParameter each : declared) {
            Object value = given.get(each.name());
            values.put(each.name(), value == null ? each.defaultValue() : inRange(each, value));
        }
        return new ParameterValues(values);
    }

    /** For a method's set-up, which asks for what the method declares. */
    public int parameter(String name) {
        Integer value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("received the parameter " + Text.oneLine(String.valueOf(name))
                    + ", expected one that the method declares");
        }
        return value;
    }

    private static int inRange(MethodParameter parameter, Object value) throws MigrationException {
        int number;
        try {
            number = value instanceof Integer integer ? integer : Integer.parseInt(value.toString());
        } catch (NumberFormatException e) {
            throw refusal(parameter, value);
        }
        if (number < parameter.min() || number > parameter.max()) {
            throw refusal(parameter, value);
        }
        return number;
    }

    private static MigrationException refusal(MethodParameter parameter, Object value) {
        String received = value.toString();
        boolean number = received.matches("[+-]?[0-9]+");
        return new MigrationException(Kind.USAGE, parameter.name() + ": received "
                + (number ? Text.oneLine(received) : Text.quote(received)) + ", expected " + parameter.min() + ".."
                + parameter.max());
    }

    private static MigrationException unknown(String name, Collection<String> known) {
        String nearest = EditDistance.nearest(name, known, name.length() + Text.LINE_LIMIT);
        return new MigrationException(Kind.USAGE, Text.oneLine(name) + ": unknown parameter, expected "
                + (nearest == null ? "none: no method found declares any"
                : nearest + " or another that a method declares"));
    }
}
