package org.multifd.bench.packet;

import java.util.LinkedHashMap;
import java.util.Map;
import org.multifd.bench.method.MethodLevel;

/** One combination of a benchmark's parameters: what a fork measures, and a row of the table. */
public record Case(Class<?> benchmark, Map<String, String> params) {

    public static Case path(MethodLevel method, String direction, String pages, String image, int mebibytes) {
        Map<String, String> params = new LinkedHashMap<>();
        params.put("method", method.method());
        params.put("level", Integer.toString(method.level()));
        params.put("direction", direction);
        params.put("pages", pages);
        params.put("image", image);
        params.put("mebibytes", Integer.toString(mebibytes));
        return new Case(PacketPath.class, params);
    }

    public static Case scan(String content, int mebibytes) {
        Map<String, String> params = new LinkedHashMap<>();
        params.put("content", content);
        params.put("mebibytes", Integer.toString(mebibytes));
        return new Case(ZeroScan.class, params);
    }

    boolean isScan() {
        return benchmark == ZeroScan.class;
    }

    String param(String name) {
        return params.get(name);
    }

    /** The method with its level. */
    String methodLevel() {
        return new MethodLevel(param("method"), Integer.parseInt(param("level"))).toString();
    }

    /** For people. */
    String title() {
        return isScan() ? "zero page scan of " + param("content")
                : methodLevel() + " " + param("direction") + " " + param("pages");
    }
}
