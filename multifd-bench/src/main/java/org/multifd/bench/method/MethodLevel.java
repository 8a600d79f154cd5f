package org.multifd.bench.method;

import org.multifd.api.MultiFDMethods;

/**
 * A method and the level it works at.
 *
 * @param level {@link BenchParams#DEFAULT_LEVEL} if the method has none
 */
public record MethodLevel(String method, int level) {

    /**
     * Reads {@code zstd} or {@code zstd:3}.
     *
     * @throws IllegalArgumentException with one line, if there is no such method or level
     */
    public static MethodLevel parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            MultiFDMethods found = BenchParams.find(text);
            return new MethodLevel(text, found.parameters().isEmpty() ? BenchParams.DEFAULT_LEVEL
                    : Integer.parseInt(found.parameters().get(0).defaultValue()));
        }
        String method = text.substring(0, colon);
        int level;
        try {
            level = Integer.parseUnsignedInt(text.substring(colon + 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("method " + text + ": received level " + text.substring(colon + 1)
                    + ", expected a number", e);
        }
        return new MethodLevel(method, new BenchParams(BenchParams.find(method), level).level());
    }

    @Override
    public String toString() {
        return level == BenchParams.DEFAULT_LEVEL ? method : method + ":" + level;
    }
}
