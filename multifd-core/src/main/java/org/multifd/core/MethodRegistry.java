package org.multifd.core;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDMethods;
import org.multifd.core.internal.provider.FoundProvider;
import org.multifd.core.internal.provider.Origin;
import org.multifd.core.internal.provider.ProviderStatus;
import org.multifd.core.internal.provider.Providers;
import org.multifd.core.internal.provider.layer.ProviderPath;

/**
 * The methods that migrations can use: those whose providers are on the module path or class path, those in directories
 * and jars that a program names, and a program's own.
 *
 * <p>A name is served by one provider. Of several usable ones the one that was {@linkplain #choose chosen} serves it,
 * then the one with the highest {@link MultiFDMethods#priority priority}; a tie is an error of the lookup that names
 * both. The names none, zlib, zstd, qpl, uadk and qatzip are reserved for methods whose payloads are exactly QEMU's.
 *
 * <p>Loading constructs the providers and asks for what they declare. Whether a method works here is found out when it
 * is looked up or listed, as that can mean loading a native library. A provider that is broken is reported by {@link
 * #problems} or, if it has a name, by {@link #methods()}; it never hides or stops another one, and one that hangs is
 * given 5 seconds.
 *
 * <p>Each jar or directory that was {@linkplain Builder#path named} becomes a module layer with a loader of its own, of
 * a private copy of the jars. {@link #rescan} looks at them again, so that a program that runs for long gets new
 * methods and gives old ones up. A migration uses the providers that were there when it began.
 *
 * <p>Safe for use by several threads.
 */
public final class MethodRegistry implements AutoCloseable {

    private final Providers providers;

    private MethodRegistry(Providers providers) {
        this.providers = providers;
    }

    /**
     * Finds the providers that {@link java.util.ServiceLoader} can see: in the module layer of this library and its
     * parent layers, and through the calling thread's context class loader, which covers the class path.
     *
     * @return a new registry, perhaps an empty one
     */
    public static MethodRegistry load() {
        return builder().load();
    }

    /**
     * A registry that looks for providers in more places than {@link #load()} does.
     *
     * @return a builder without any
     */
    public static Builder builder() {
        return new Builder();
    }

    /** The places where a registry looks for providers, beside the module path and the class path. */
    public static final class Builder {

        private final List<ProviderPath> paths = new ArrayList<>();
        private String advice;

        Builder() {
        }

        /**
         * Adds a jar, or a directory with the jars of one provider, its dependencies among them. A directory of such
         * directories and jars stands for each of them.
         *
         * @param jarOrDirectory where to look
         * @return this
         * @throws MigrationException of kind {@code USAGE} if there is no such file
         */
        public Builder path(Path jarOrDirectory) throws MigrationException {
            if (!Files.exists(jarOrDirectory)) {
                throw new MigrationException(MigrationException.Kind.USAGE, ProviderPath.nothingThere(jarOrDirectory));
            }
            paths.add(new ProviderPath(jarOrDirectory, false));
            return this;
        }

        /**
         * Adds a directory in which each directory and each jar is one provider, as a distribution has it. It may be
         * empty, and it need not exist.
         *
         * @param directory where to look
         * @return this
         */
        public Builder home(Path directory) {
            paths.add(new ProviderPath(Objects.requireNonNull(directory, "directory"), true));
            return this;
        }

        /**
         * Sets what the message of a lookup advises if nobody has a provider of the name; by default to put its jar on
         * the module path or class path.
         *
         * @param whatToDo the end of a sentence, such as "put its jar into plugins/"
         * @return this
         */
        public Builder advice(String whatToDo) {
            advice = Objects.requireNonNull(whatToDo, "whatToDo");
            return this;
        }

        /**
         * Finds the providers on the module path and class path and in the places added.
         *
         * @return a new registry, perhaps an empty one
         */
        public MethodRegistry load() {
            MethodRegistry registry = new MethodRegistry(new Providers(paths, advice));
            registry.providers.load();
            return registry;
        }
    }

    /**
     * A registry of exactly the methods given; nothing is searched for.
     *
     * @param methods the program's own, each {@linkplain #register registered}; none for an empty registry
     * @return a new registry
     * @throws IllegalArgumentException as {@link #register}
     * @throws IllegalStateException as {@link #register}
     */
    public static MethodRegistry of(MultiFDMethods... methods) {
        MethodRegistry registry = new MethodRegistry(new Providers());
        for (MultiFDMethods each : methods) {
            registry.register(each);
        }
        return registry;
    }

    /**
     * Adds a method of the program's own: QEMU's {@code multifd_register_ops}. As there, the slot must be empty: a name
     * that a registered or found provider has already is refused, even if that provider is unusable here. One that was
     * refused at load does not take the slot.
     *
     * @param methods the method
     * @throws IllegalArgumentException if its name or a parameter's is not one, or it was built for another API version
     * @throws IllegalStateException if there is a provider of that name; the message names both
     */
    public void register(MultiFDMethods methods) {
        providers.register(Objects.requireNonNull(methods, "methods"));
    }

    /**
     * Takes one of several providers of a name, whatever their priorities.
     *
     * @param name the method's name
     * @param provider the provider's module, {@code module@version}, its jar, or the directory that was loaded; its
     *     class for a provider in no module
     * @throws MigrationException of kind {@code METHOD} if no provider of that name is meant; the message says which
     *     there are
     */
    public void choose(String name, String provider) throws MigrationException {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(provider, "provider");
        providers.choose(name, provider);
    }

    /**
     * The method of a name, which is one value of {@code multifd-compression}. Finds out whether it works here.
     *
     * @param name the method's name
     * @return the one usable provider that serves the name
     * @throws MigrationException of kind {@code METHOD} if there is none; the message says what exists, why what is
     *     unusable is so, and what to do
     */
    public MultiFDMethods find(String name) throws MigrationException {
        return providers.find(Objects.requireNonNull(name, "name"));
    }

    /**
     * Every provider found or registered, usable or not. Finds out which of them work here.
     *
     * @return in the order of their names, then as found
     */
    public List<ProviderInfo> methods() {
        return infos(providers.list());
    }

    /**
     * Every provider of one name, usable or not. Finds out which of them work here, and leaves the others alone.
     *
     * @param name the method's name
     * @return as found, perhaps none
     */
    public List<ProviderInfo> methods(String name) {
        return infos(providers.list(Objects.requireNonNull(name, "name")));
    }

    /**
     * The parameters that the providers found declare, whether they work here or not; nothing is found out.
     *
     * @return in the order in which providers were found; one that several providers declare comes several times
     */
    public List<MethodParameter> parameters() {
        return providers.parameters();
    }

    /**
     * Looks at the {@linkplain Builder#path paths} again: what is new is loaded, what has changed is loaded anew, and
     * what is gone is given up. A migration that runs keeps what it has; when nothing uses it any more, a provider that
     * was given up is unloaded by the garbage collector, with its native library.
     *
     * <p>Costs a look at the files, and half a second if any is not as it was: one that changes in that time is still
     * being written, and left for the next call.
     *
     * @return whether anything has changed
     */
    public boolean rescan() {
        return providers.rescan();
    }

    /**
     * What failed to load, and so has no place in {@link #methods()}: for each one line that names the provider as far
     * as it is known, with the failure as its cause.
     *
     * @return values of kind {@code METHOD}, not meant to be thrown
     */
    public List<MigrationException> problems() {
        return providers.problems();
    }

    /**
     * Gives all providers up: nothing is found any more. A provider is {@linkplain MultiFDMethods#release released} at
     * once, or when the last migration that uses it has ended. A second call does nothing.
     */
    @Override
    public void close() {
        providers.close();
    }

    /** What the packages below this one look methods up in. */
    Providers providers() {
        return providers;
    }

    private static List<ProviderInfo> infos(List<ProviderStatus> statuses) {
        return statuses.stream().map(each -> {
            FoundProvider provider = each.provider();
            Origin origin = provider.origin();
            return new ProviderInfo(provider.name(), origin.providerClass(), origin.module(), origin.version(),
                    origin.location(), origin.layer(), provider.apiVersion(), provider.priority(),
                    provider.parameters(), each.availability(), each.lost());
        }).toList();
    }
}
