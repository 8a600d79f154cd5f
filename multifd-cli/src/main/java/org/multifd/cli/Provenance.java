package org.multifd.cli;

import org.multifd.core.ProviderInfo;

/** Where code comes from, in the form module@version. */
final class Provenance {

    private Provenance() {
    }

    static String of(ProviderInfo method) {
        String name = method.module().isEmpty() ? method.providerClass() : method.module();
        return method.version().isEmpty() ? name : name + '@' + method.version();
    }

    /** The version of this command. */
    static String ofThis() {
        Module module = Provenance.class.getModule();
        return module.isNamed() ? module.getDescriptor().rawVersion().orElse("(unknown version)") : "(unknown version)";
    }
}
