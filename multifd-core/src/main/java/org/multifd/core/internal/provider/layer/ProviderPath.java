package org.multifd.core.internal.provider.layer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a user says that providers are. A jar is one layer. A directory with jars is one layer of all of them. A home
 * is a directory of such things, each a layer of its own: a directory is one if it says so, or if directories in it
 * have jars.
 */
public record ProviderPath(Path path, boolean home) {

    /** What to say of a path that a user named where there is nothing. */
    public static String nothingThere(Path path) {
        return "received the provider path " + path + ", expected a jar or a directory: there is no such file";
    }

    /** The layers to be made of what is there now; none for a home that does not exist. */
    public List<LayerSource> sources() throws IOException {
        if (!Files.isDirectory(path)) {
            return home && !Files.exists(path) ? List.of() : List.of(new LayerSource(path));
        }
        if (!home && LayerSource.withJars(path).isEmpty()) {
            return List.of(new LayerSource(path));
        }
        return Stream.concat(LayerSource.directories(path).stream(), LayerSource.jars(path).stream())
                .map(LayerSource::found).toList();
    }
}
