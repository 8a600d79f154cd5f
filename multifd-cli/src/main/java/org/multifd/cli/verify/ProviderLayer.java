package org.multifd.cli.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.multifd.api.MultiFDMethods;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.provider.FoundProvider;
import org.multifd.core.internal.provider.LayerProviders;
import org.multifd.core.internal.provider.layer.Failures;
import org.multifd.core.internal.provider.layer.LayerSource;
import org.multifd.core.internal.provider.layer.ProviderPath;
import org.multifd.core.internal.ram.GuestFile;

/**
 * The providers in one jar or directory, loaded as a module layer of their own and registered nowhere. Opening makes
 * each provider once and asks what it declares, each on a thread of its own and for 5 seconds at most; not whether the
 * method works, which may mean loading a native library.
 */
public final class ProviderLayer implements AutoCloseable {

    private final LayerProviders loaded;
    private final List<Entry> providers;

    private ProviderLayer(LayerProviders loaded) {
        this.loaded = loaded;
        this.providers = loaded.found().stream().map(Entry::new).toList();
    }

    /**
     * Loads a jar, a directory with jars, or each jar and directory in a directory of such things: the same layers that
     * a registry makes of a provider path. Layers that could not be loaded are among them: {@link #problems} says why.
     */
    public static List<ProviderLayer> open(Path path) throws MigrationException {
        if (!Files.exists(path)) {
            throw new MigrationException(Kind.USAGE, ProviderPath.nothingThere(path));
        }
        List<ProviderLayer> layers = new ArrayList<>();
        try {
            for (LayerSource each : new ProviderPath(path, false).sources()) {
                layers.add(new ProviderLayer(LayerProviders.load(each)));
            }
        } catch (IOException e) {
            throw new MigrationException(Kind.FILE, path + ": cannot be read: "
                    + GuestFile.reason(e, "there is no such file"), e);
        }
        return List.copyOf(layers);
    }

    /** The jar, or the directory with its jars. */
    public Path path() {
        return loaded.layer().path();
    }

    /** The providers that could be made and have a name, in the order of their modules' names. */
    public List<Entry> providers() {
        return providers;
    }

    /** What is wrong with the layer or with one of its providers: one line each. */
    public List<String> problems() {
        return loaded.problems().stream().map(MigrationException::getMessage).toList();
    }

    /**
     * The text with the private copies' directory, which a message may have, replaced by the one they were copied from.
     */
    public String shown(String text) {
        return loaded.layer().shown(text);
    }

    /**
     * Deletes the private copy; none of the providers is used afterwards. Without this it happens once they are
     * unloaded.
     */
    @Override
    public void close() {
        loaded.layer().deleteCopies().run();
    }

    /** One provider of a layer; each {@link #make} makes another one. */
    public record Entry(FoundProvider found) {

        public String name() {
            return found.name();
        }

        public String providerClass() {
            return found.origin().providerClass();
        }

        /** Its name: of a jar without module-info, what the jar's manifest or its file name gives. */
        public String module() {
            return found.origin().module();
        }

        public String version() {
            return found.origin().version();
        }

        /** The jar that was copied to be loaded. */
        public String location() {
            return found.origin().location();
        }

        /** What the provider declares, 0 if it could not be asked. */
        public int apiVersion() {
            return found.apiVersion();
        }

        /**
         * Makes another provider, on the calling thread. Whatever its constructor throws comes as it is, but a checked
         * exception.
         */
        public MultiFDMethods make() {
            try {
                return found.another();
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) { // a checked exception
                throw new IllegalStateException(providerClass() + " could not be constructed: "
                        + Failures.describe(e), e);
            }
        }
    }
}
