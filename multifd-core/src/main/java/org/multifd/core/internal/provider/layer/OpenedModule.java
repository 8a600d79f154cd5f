package org.multifd.core.internal.provider.layer;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.util.Collection;
import java.util.Set;

/**
 * A jar without module-info as an open module that requires named modules only. As the automatic module that the JDK makes of
 * it, it would read every module of the program above it, and a library that both bring (a logging facade, say) would be a
 * package in two modules, which ends the whole layer.
 */
final class OpenedModule extends ModuleReference {

    private final ModuleReference jar;

    private OpenedModule(ModuleDescriptor descriptor, ModuleReference jar) {
        super(descriptor, jar.location().orElse(null));
        this.jar = jar;
    }

    static OpenedModule of(ModuleReference jar, Collection<String> required) {
        ModuleDescriptor automatic = jar.descriptor();
        ModuleDescriptor.Builder builder = ModuleDescriptor.newOpenModule(automatic.name()).packages(automatic.packages());
        automatic.version().ifPresent(builder::version);
        for (ModuleDescriptor.Provides each : automatic.provides()) {
            builder.provides(each);
        }
        builder.requires(Set.of(ModuleDescriptor.Requires.Modifier.MANDATED), "java.base");
        for (String each : required) {
            if (!each.equals("java.base")) {
                builder.requires(each);
            }
        }
        return new OpenedModule(builder.build(), jar);
    }

    @Override
    public ModuleReader open() throws IOException {
        return jar.open();
    }
}
