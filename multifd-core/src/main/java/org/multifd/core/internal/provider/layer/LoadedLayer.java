package org.multifd.core.internal.provider.layer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.multifd.api.MultiFDMethods;

/**
 * What became of a jar or directory: a layer's providers, or why there are none. The layer can be collected when nobody has
 * anything of it any more; this holds the classes.
 */
public final class LoadedLayer {

    private final Path path;
    private final Path copies;
    private final LayerSource.Look look;
    private final NativeCode nativeCode;
    private final List<ProviderClass> providers;
    private final List<LayerException> problems;
    private final Runnable deleteCopies;

    /** The directory of copies is null if there are none. */
    LoadedLayer(Path path, Path copies, LayerSource.Look look, NativeCode nativeCode, List<ProviderClass> providers,
            List<LayerException> problems, Runnable deleteCopies) {
        this.path = path;
        this.copies = copies;
        this.look = look;
        this.nativeCode = nativeCode;
        this.providers = List.copyOf(providers);
        this.problems = List.copyOf(problems);
        this.deleteCopies = deleteCopies;
    }

    /** Why no layer can be made at all in this program, one line, or null if one can. */
    public static String unsupported() {
        return MultiFDMethods.class.getModule().isNamed() ? null : "received org.multifd.api on the class path, expected it as a "
                + "module, which providers in directories need: start Java with -p instead of -cp, or put their jars on the class "
                + "path, too";
    }

    /** Loads what is there; what cannot be loaded is a problem of this layer's and of no other. */
    public static LoadedLayer load(LayerSource source) {
        try {
            return new LayerLoading(source).load();
        } catch (IOException e) {
            return new LoadedLayer(source.path(), null, null, new NativeCode(List.of()), List.of(),
                    List.of(new LayerException(source.path() + ": cannot be read: " + Failures.describe(e), e)), () -> { });
        }
    }

    /** The jar or directory as the user named it. */
    public Path path() {
        return path;
    }

    /** The files that were loaded, as they were then; null if they could not be read. */
    public LayerSource.Look look() {
        return look;
    }

    public NativeCode nativeCode() {
        return nativeCode;
    }

    public List<ProviderClass> providers() {
        return providers;
    }

    public List<LayerException> problems() {
        return problems;
    }

    /** The text with the copies' paths replaced by those of the files that were copied. */
    public String shown(String text) {
        if (copies == null) {
            return text;
        }
        Path originals = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
        return text.replace(copies.toString(), originals.toString());
    }

    /** Deletes the copies at once, for somebody who knows that no more classes are needed. Otherwise it happens by itself. */
    public void deleteCopies() {
        deleteCopies.run();
    }
}
