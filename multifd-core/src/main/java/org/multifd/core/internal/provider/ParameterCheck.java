package org.multifd.core.internal.provider;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.multifd.api.MethodParameter;
import org.multifd.api.ParameterValues;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.wire.Text;

/** Checks what a user gave for the parameters of methods (provider-contract 5.1). */
final class ParameterCheck {

    private ParameterCheck() {
    }

    /**
     * Checks everything given: a parameter of another method is of no use here, but its range holds, as in QEMU, whose
     * parameters are set once for all methods. A name that no method declares is refused.
     *
     * @param declared this method's parameters, whose values {@link ParameterValues} checks
     * @param others what other methods declare
     * @param given names with values, whose text counts
     */
    static ParameterValues values(List<MethodParameter> declared, Collection<MethodParameter> others,
            Map<String, ?> given) throws MigrationException {
        Map<String, MethodParameter> known = new TreeMap<>();
        others.forEach(each -> known.put(each.name(), each));
        declared.forEach(each -> known.put(each.name(), each));
        Map<String, String> texts = new HashMap<>();
        given.forEach((name, value) -> texts.put(name, value.toString()));
        try {
            for (Map.Entry<String, String> each : texts.entrySet()) {
                if (!known.containsKey(each.getKey())) {
                    throw unknown(each.getKey(), known.keySet());
                }
                if (!declared.contains(known.get(each.getKey()))) {
                    ParameterValues.check(known.get(each.getKey()), each.getValue());
                }
            }
            return ParameterValues.of(declared, texts);
        } catch (IllegalArgumentException e) {
            throw new MigrationException(Kind.USAGE, e.getMessage(), e);
        }
    }

    private static MigrationException unknown(String name, Collection<String> known) {
        String nearest = EditDistance.nearest(name, known, name.length() + Text.LINE_LIMIT);
        return new MigrationException(Kind.USAGE, Text.oneLine(name) + ": unknown parameter, expected "
                + (nearest == null ? "none: no method found declares any"
                : nearest + " or another that a method declares"));
    }
}
