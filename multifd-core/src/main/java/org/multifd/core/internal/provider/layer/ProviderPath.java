package org.multifd.core.internal.provider.layer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a user says that providers are. A jar is one layer. A directory with jars is one layer of all of them. A home is a
 * directory of such things, each a layer of its own: a directory is one if it says so, or if directories in it have jars.
 */
public record ProviderPath(Path path, boolean home) {

    /** The layers to be made of what is there now; none for a home that does not exist. */
    public List<LayerSource> sources() throws IOException {
        if (!Files.isDirectory(path)) {
            return home && !Files.exists(path) ? List.of() : List.of(new LayerSource(path));
        }
        List<Path> directories = LayerSource.directories(path);
        if (!home && !holdsJars(directories)) {
            return List.of(new LayerSource(path));
        }
        List<LayerSource> sources = new ArrayList<>();
        for (Path each : directories) {
            sources.add(LayerSource.found(each));
        }
        for (Path each : LayerSource.jars(path)) {
            sources.add(LayerSource.found(each));
        }
        return sources;
    }

    private static boolean holdsJars(List<Path> directories) {
        for (Path each : directories) {
            try {
                if (!LayerSource.jars(each).isEmpty()) {
                    return true;
                }
            } catch (IOException e) {
                continue; // one that cannot be read decides nothing; it is reported if this is a home
            }
        }
        return false;
    }
}
