package org.multifd.tck.internal.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.multifd.api.MethodParameter;

/** The values that are tried of declared parameters: the defaults, and each end of each range. */
public final class ParameterSets {

    private ParameterSets() {
    }

    public static Map<String, Integer> defaults(List<MethodParameter> declared) {
        Map<String, Integer> values = new LinkedHashMap<>();
        declared.forEach(p -> values.put(p.name(), p.defaultValue()));
        return values;
    }

    public static List<Map<String, Integer>> of(List<MethodParameter> declared) {
        List<Map<String, Integer>> sets = new ArrayList<>();
        sets.add(defaults(declared));
        for (MethodParameter parameter : declared) {
            for (int value : new int[] {parameter.min(), parameter.max()}) {
                Map<String, Integer> set = defaults(declared);
                set.put(parameter.name(), value);
                if (!sets.contains(set)) {
                    sets.add(set);
                }
            }
        }
        return sets;
    }
}
