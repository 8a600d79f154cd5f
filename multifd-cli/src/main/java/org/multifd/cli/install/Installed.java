package org.multifd.cli.install;

import java.nio.file.Path;

/**
 * One provider in the user's directory.
 *
 * @param origin where it came from; null of one that was put there by hand
 */
public record Installed(String name, Path path, Origin origin) {

    static Installed read(Path path) {
        return new Installed(path.getFileName().toString(), path, Origin.read(path));
    }

    /** Where it came from, in words. */
    public String source() {
        return origin == null ? "put there by hand" : origin.source();
    }
}
