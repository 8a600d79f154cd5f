package org.multifd.core.internal.provider;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A user's word for one provider among several: its module, {@code module@version}, its jar, or the directory that
 * became its layer; outside modules its class.
 */
record ProviderChoice(String text) {

    boolean matches(Origin origin) {
        return origin.label().equals(text) || withVersion(origin).equals(text) || isPath(origin.location())
                || isPath(origin.layer());
    }

    private static String withVersion(Origin origin) {
        return origin.label() + "@" + origin.version();
    }

    /** Somebody else's path may be written another way. */
    private boolean isPath(String path) {
        try {
            return !path.isEmpty() && normal(path).equals(normal(text));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static Path normal(String path) {
        return Path.of(path).toAbsolutePath().normalize();
    }

    /** The shortest word that means this one and no other of them. */
    static String forOne(Origin origin, List<Origin> all) {
        return Stream.of(origin.label(), withVersion(origin))
                .filter(each -> all.stream().allMatch(other -> other.equals(origin)
                || !new ProviderChoice(each).matches(other))).findFirst().orElse(origin.location());
    }
}
