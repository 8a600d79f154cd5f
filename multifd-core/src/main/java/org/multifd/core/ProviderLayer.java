package org.multifd.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.multifd.api.MultiFDMethods;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.provider.FoundProvider;
import org.multifd.core.internal.provider.LayerProviders;
import org.multifd.core.internal.provider.layer.LayerSource;
import org.multifd.core.internal.provider.layer.ProviderPath;

/**
 * The providers in one jar or directory, loaded as a module layer of their own and registered nowhere: for a program that looks
 * at providers rather than migrates with them, which {@link MethodRegistry} is for.
 *
 * <p>Opening makes each provider once and asks what it declares, each on a thread of its own and for 5 seconds at most. It does
 * not ask whether the method works, which may mean loading a native library.
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
     * {@link MethodRegistry} makes of a provider path.
     *
     * @param path the jar or directory
     * @return one for each layer, also for those that could not be loaded: {@link #problems} says why
     * @throws MigrationException of kind {@code USAGE} if there is no such file, of kind {@code FILE} if it cannot be read
     */
    public static List<ProviderLayer> open(Path path) throws MigrationException {
        Objects.requireNonNull(path, "path");
        if (!Files.exists(path)) {
            throw nothingThere(path);
        }
        List<ProviderLayer> layers = new ArrayList<>();
        try {
            for (LayerSource each : new ProviderPath(path, false).sources()) {
                layers.add(new ProviderLayer(LayerProviders.load(each)));
            }
        } catch (IOException e) {
            throw new MigrationException(Kind.FILE, path + ": cannot be read: " + e, e);
        }
        return List.copyOf(layers);
    }

    static MigrationException nothingThere(Path path) {
        return new MigrationException(Kind.USAGE, "received the provider path " + path
                + ", expected a jar or a directory: there is no such file");
    }

    /**
     * What became this layer.
     *
     * @return the jar, or the directory with its jars
     */
    public Path path() {
        return loaded.layer().path();
    }

    /**
     * The providers that could be made and have a name.
     *
     * @return in the order of their modules' names; none if there are only problems
     */
    public List<Entry> providers() {
        return providers;
    }

    /**
     * What is wrong with the layer or with one of its providers: one line each, with the failure as its cause.
     *
     * @return values of kind {@code METHOD}, not meant to be thrown
     */
    public List<MigrationException> problems() {
        return loaded.problems().stream().map(Errors::of).toList();
    }

    /**
     * A text in which this layer's files are named as its user names them. Code is loaded from a private copy, whose path a
     * message may have.
     *
     * @param text any text
     * @return the text, with the copies' directory replaced by the one they were copied from
     */
    public String shown(String text) {
        return loaded.layer().shown(text);
    }

    /** Deletes the private copy; none of the providers is used afterwards. Without this it happens once they are unloaded. */
    @Override
    public void close() {
        loaded.layer().deleteCopies();
    }

    /** One provider of a layer; each {@link #get} makes another one. */
    public static final class Entry implements Supplier<MultiFDMethods> {

        private final FoundProvider found;

        Entry(FoundProvider found) {
            this.found = found;
        }

        /**
         * The method's name.
         *
         * @return the value of {@code multifd-compression}
         */
        public String name() {
            return found.name();
        }

        /**
         * The name of the class that implements the method.
         *
         * @return a class of {@link #module}
         */
        public String providerClass() {
            return found.origin().providerClass();
        }

        /**
         * The provider's module.
         *
         * @return its name: of a jar without module-info, what the jar's manifest or its file name gives
         */
        public String module() {
            return found.origin().module();
        }

        /**
         * The module's version.
         *
         * @return the version, or "" if it has none
         */
        public String version() {
            return found.origin().version();
        }

        /**
         * The provider's jar.
         *
         * @return the jar that was copied to be loaded
         */
        public Path location() {
            return Path.of(found.origin().location());
        }

        /**
         * The API version that the provider was built for.
         *
         * @return what it declares, 0 if it could not be asked
         */
        public int apiVersion() {
            return found.apiVersion();
        }

        /**
         * Why {@link MethodRegistry} would refuse the provider without a look at whether it works: another API version, or
         * parameters that are not declared as they have to be.
         *
         * @return one line, or "" if there is nothing to refuse
         */
        public String refusal() {
            return found.refusal() == null ? "" : found.refusal().detail();
        }

        /**
         * Makes another provider, on the calling thread.
         *
         * @return a new object at each call, unless the module's own {@code provider()} method gives the same
         * @throws IllegalStateException with the cause, if a constructor throws a checked exception; anything else that it throws
         *     comes as it is
         */
        @Override
        public MultiFDMethods get() {
            try {
                return found.another();
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) { // a checked exception
                throw new IllegalStateException(providerClass() + " could not be constructed: " + e, e);
            }
        }
    }
}
