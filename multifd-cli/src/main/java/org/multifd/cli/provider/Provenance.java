package org.multifd.cli.provider;

import org.multifd.core.ProviderInfo;

/** Where code comes from, in the form module@version. */
public final class Provenance {

    private Provenance() {
    }

    public static String of(ProviderInfo method) {
        String name = method.module().isEmpty() ? method.providerClass() : method.module();
        return method.version().isEmpty() ? name : name + '@' + method.version();
    }

    /** The version of this command. */
    public static String ofThis() {
        Module module = Provenance.class.getModule();
        return module.isNamed() ? module.getDescriptor().rawVersion().orElse("(unknown version)") : "(unknown version)";
    }
}
