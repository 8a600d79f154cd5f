package org.multifd.core.internal.provider.layer;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.multifd.api.MultiFDMethods;

/**
 * What a provider's layer stands on. In a program of modules it is the layer that has the API. In a program on the
 * class path it is Java's own layer: the API is no module there, so that an empty one stands in for it while modules
 * are resolved, and a {@link ClassPathLoader} shows the API's classes. Everything else is the same for both.
 */
final class LayerParent {

    private static final Module API = MultiFDMethods.class.getModule();

    private LayerParent() {
    }

    static ModuleLayer layer() {
        return API.isNamed() ? API.getLayer() : ModuleLayer.boot();
    }

    /** Resolves the modules of these jars on top of the parent, and defines them as a layer with one loader. */
    static ModuleLayer.Controller define(LayerJars jars) {
        ModuleLayer parent = layer();
        Configuration resolved = Configuration.resolveAndBind(jars, List.of(parent.configuration()),
                API.isNamed() ? ModuleFinder.of() : new StandIn(), jars.roots());
        if (API.isNamed()) {
            return ModuleLayer.defineModulesWithOneLoader(resolved, List.of(parent),
                    ClassLoader.getPlatformClassLoader());
        }
        ClassLoader loader = new ClassPathLoader(resolved);
        ModuleLayer.Controller controller = ModuleLayer.defineModules(resolved, List.of(parent), module -> loader);
        controller.layer().modules().forEach(each -> controller.addReads(each, API));
        return controller;
    }

    /** Finds a module with the API's name and no class in it. */
    private static final class StandIn implements ModuleFinder {

        private final ModuleReference api = new ModuleReference(ModuleDescriptor.newModule(LayerJars.API)
                .exports(LayerJars.API).build(), null) {

            @Override
            public ModuleReader open() throws IOException {
                throw new FileNotFoundException(descriptor().name());
            }
        };

        @Override
        public Optional<ModuleReference> find(String name) {
            return name.equals(LayerJars.API) ? Optional.of(api) : Optional.empty();
        }

        @Override
        public Set<ModuleReference> findAll() {
            return Set.of(api);
        }
    }
}
