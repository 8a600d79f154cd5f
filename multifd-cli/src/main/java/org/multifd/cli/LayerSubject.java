package org.multifd.cli;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import org.multifd.api.MultiFDMethods;
import org.multifd.core.MigrationException;
import org.multifd.core.ProviderLayer;
import org.multifd.tck.Subject;

/** A provider of a layer, for the kit. */
final class LayerSubject implements Subject {

    private final Path path;
    private final String providerClass;
    private final long seed;
    private final int deadlineSeconds;
    private ProviderLayer layer;
    private ProviderLayer.Entry provider;
    private volatile WeakReference<ClassLoader> loader = new WeakReference<>(null);

    LayerSubject(Path path, String providerClass, long seed, int deadlineSeconds) {
        this.path = path;
        this.providerClass = providerClass;
        this.seed = seed;
        this.deadlineSeconds = deadlineSeconds;
    }

    /** Loads the layer. Fails if the provider, which was there a moment ago, is not there now. */
    void open() throws MigrationException {
        for (ProviderLayer each : ProviderLayer.open(path)) {
            for (ProviderLayer.Entry entry : each.providers()) {
                if (entry.providerClass().equals(providerClass)) {
                    layer = each;
                    provider = entry;
                    return;
                }
            }
        }
        throw new MigrationException(MigrationException.Kind.METHOD, path + ": received another layer than a moment ago, expected "
                + providerClass + " in it");
    }

    @Override
    public MultiFDMethods methods() {
        MultiFDMethods methods = provider.get();
        loader = new WeakReference<>(methods.getClass().getClassLoader());
        return methods;
    }

    @Override
    public long seed() {
        return seed;
    }

    @Override
    public int deadlineSeconds() {
        return deadlineSeconds;
    }

    /** The text with the user's paths in it, in place of those of the private copies. */
    String shown(String text) {
        return layer.shown(text);
    }

    /** Lets go of everything. Returns the layer's loader, which should go now; empty if nothing was constructed. */
    WeakReference<ClassLoader> close() {
        layer.close();
        layer = null;
        provider = null;
        return loader;
    }
}
