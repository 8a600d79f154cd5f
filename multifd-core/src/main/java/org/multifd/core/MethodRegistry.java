package org.multifd.core;

import java.util.List;
import java.util.Objects;
import org.multifd.api.MultiFDMethods;
import org.multifd.core.method.FoundProvider;
import org.multifd.core.method.MethodException;
import org.multifd.core.method.Origin;
import org.multifd.core.method.ProviderStatus;
import org.multifd.core.method.Providers;

/**
 * The methods that migrations can use: those whose providers are on the module path or class path, and a program's own.
 *
 * <p>A name is served by one provider. Of several usable ones the one that was {@linkplain #choose chosen} serves it, then
 * the one with the highest {@link MultiFDMethods#priority priority}; a tie is an error of the lookup that names both.
 * The names none, zlib, zstd, qpl, uadk and qatzip are reserved for methods whose payloads are exactly QEMU's.
 *
 * <p>Loading constructs the providers and asks for what they declare. Whether a method works here is found out when it is
 * looked up or listed, as that can mean loading a native library. A provider that is broken is reported by
 * {@link #problems} or, if it has a name, by {@link #methods}; it never hides or stops another one.
 *
 * <p>Safe for use by several threads.
 */
public final class MethodRegistry {

    private final Providers providers;

    private MethodRegistry(Providers providers) {
        this.providers = providers;
    }

    /**
     * Finds the providers that {@link java.util.ServiceLoader} can see: in the module layer of this library and its parent
     * layers, and through the calling thread's context class loader, which covers the class path.
     *
     * @return a new registry, perhaps an empty one
     */
    public static MethodRegistry load() {
        return new MethodRegistry(Providers.load());
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
     * @param module the provider's module, or its class for a provider in no module
     * @throws MigrationException of kind {@code METHOD} if no provider in that module has that name
     */
    public void choose(String name, String module) throws MigrationException {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(module, "module");
        try {
            providers.choose(name, module);
        } catch (MethodException e) {
            throw MigrationException.of(e);
        }
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
        Objects.requireNonNull(name, "name");
        try {
            return providers.find(name);
        } catch (MethodException e) {
            throw MigrationException.of(e);
        }
    }

    /**
     * Every provider found or registered, usable or not. Finds out which of them work here.
     *
     * @return in the order of their names, then as found
     */
    public List<MethodInfo> methods() {
        return providers.list().stream().map(MethodRegistry::info).toList();
    }

    /**
     * What failed to load, and so has no place in {@link #methods}: for each one line that names the provider as far as it
     * is known, with the failure as its cause.
     *
     * @return values of kind {@code METHOD}, not meant to be thrown
     */
    public List<MigrationException> problems() {
        return providers.problems().stream().map(MigrationException::of).toList();
    }

    /** What the packages below this one look methods up in. */
    Providers providers() {
        return providers;
    }

    private static MethodInfo info(ProviderStatus status) {
        FoundProvider provider = status.provider();
        Origin origin = provider.origin();
        return new MethodInfo(provider.name(), origin.providerClass(), origin.module(), origin.version(),
                origin.location(), provider.apiVersion(), provider.priority(), provider.parameters(),
                status.availability(), status.lost());
    }
}
