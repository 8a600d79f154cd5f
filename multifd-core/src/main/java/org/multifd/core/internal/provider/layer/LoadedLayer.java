package org.multifd.core.internal.provider.layer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What became of a jar or directory: a layer's providers, or why there are none. The layer can be collected when nobody
 * has anything of it any more; this holds the classes.
 *
 * @param path the jar or directory as the user named it
 * @param copies the directory with the copies of its jars, or null
 * @param look the files that were loaded, as they were then; null if they could not be read
 * @param deleteCopies deletes the copies at once, for somebody who knows that no more classes are needed. Otherwise it
 *     happens by itself
 */
public record LoadedLayer(Path path, Path copies, LayerSource.Look look, List<ProviderClass> providers,
        List<LayerException> problems, Runnable deleteCopies) {

    public LoadedLayer {
        providers = List.copyOf(providers);
        problems = List.copyOf(problems);
    }

    /** Loads what is there; what cannot be loaded is a problem of this layer's and of no other. */
    public static LoadedLayer load(LayerSource source) {
        return new LayerLoading(source).load();
    }

    /** The text with the copies' paths replaced by those of the files that were copied. */
    public String shown(String text) {
        if (copies == null) {
            return text;
        }
        Path originals = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
        return text.replace(copies.toString(), originals.toString());
    }
}
