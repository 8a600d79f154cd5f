package org.multifd.tck.internal.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.multifd.api.MethodParameter;

/**
 * The values that are tried of declared parameters: the defaults, each end of each range, each word of a choice. Which
 * texts, files and secrets a method takes is not known here.
 */
public final class ParameterSets {

    private ParameterSets() {
    }

    public static Map<String, String> defaults(List<MethodParameter> declared) {
        Map<String, String> values = new LinkedHashMap<>();
        declared.stream().filter(each -> each.defaultValue() != null)
                .forEach(each -> values.put(each.name(), each.defaultValue()));
        return values;
    }

    public static List<Map<String, String>> of(List<MethodParameter> declared) {
        List<Map<String, String>> sets = new ArrayList<>();
        sets.add(defaults(declared));
        for (MethodParameter parameter : declared) {
            for (String value : edges(parameter)) {
                Map<String, String> set = defaults(declared);
                set.put(parameter.name(), value);
                if (!sets.contains(set)) {
                    sets.add(set);
                }
            }
        }
        return sets;
    }

    private static List<String> edges(MethodParameter parameter) {
        return switch (parameter.type()) {
            case INTEGER, SIZE -> List.of(Long.toString(parameter.min()), Long.toString(parameter.max()));
            case BOOLEAN, CHOICE -> parameter.choices();
            case STRING, PATH, SECRET -> List.of();
        };
    }
}
