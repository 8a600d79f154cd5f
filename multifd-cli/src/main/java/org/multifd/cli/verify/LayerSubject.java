package org.multifd.cli.verify;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.multifd.api.MultiFDMethods;
import org.multifd.cli.provider.Registry;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.ProviderInfo;
import org.multifd.tck.Oracle;
import org.multifd.tck.ProviderOracle;
import org.multifd.tck.Subject;

/** A provider of a layer, for the kit. */
final class LayerSubject implements Subject {

    private static final Set<String> COMPARED = Set.of("zstd", "qpl", "uadk", "qatzip");

    private final Path path;
    private final String providerClass;
    private final KitSettings settings;
    private final Consumer<String> progress;
    private ProviderLayer layer;
    private ProviderLayer.Entry provider;
    private volatile boolean oracleLookedFor;
    private volatile Oracle oracle;
    private volatile WeakReference<ClassLoader> loader = new WeakReference<>(null);

    LayerSubject(Path path, String providerClass, KitSettings settings, Consumer<String> progress) {
        this.progress = progress;
        this.path = path;
        this.providerClass = providerClass;
        this.settings = settings;
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
        throw new MigrationException(MigrationException.Kind.METHOD, path
                + ": received another layer than a moment ago, expected " + providerClass + " in it");
    }

    @Override
    public MultiFDMethods methods() {
        MultiFDMethods methods = provider.make();
        loader = new WeakReference<>(methods.getClass().getClassLoader());
        return methods;
    }

    /**
     * For a name of QEMU's another provider of it that is here, a built-in one as a rule: both have to write and to
     * read the same. The kit has its own for none and zlib.
     */
    @Override
    public Oracle oracle() {
        if (!oracleLookedFor) {
            oracleLookedFor = true;
            oracle = COMPARED.contains(provider.name()) ? another() : null;
        }
        return oracle;
    }

    private Oracle another() {
        try {
            MethodRegistry registry = Registry.find(List.of());
            for (ProviderInfo each : registry.methods(provider.name())) {
                if (each.serves() && !each.module().equals(provider.module())) {
                    return new ProviderOracle(registry.find(each.name()));
                }
            }
        } catch (MigrationException e) {
            // then there is none
        }
        return null;
    }

    @Override
    public long seed() {
        return settings.seed();
    }

    @Override
    public int deadlineSeconds() {
        return settings.deadlineSeconds();
    }

    @Override
    public int packets() {
        return settings.packets();
    }

    @Override
    public int budgetSeconds() {
        return settings.budgetSeconds();
    }

    @Override
    public void progress(String line) {
        progress.accept(shown(line));
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
        oracle = null;
        return loader;
    }
}
