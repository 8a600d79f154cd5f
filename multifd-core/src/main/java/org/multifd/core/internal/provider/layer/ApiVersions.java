package org.multifd.core.internal.provider.layer;

import java.lang.module.ModuleDescriptor;
import org.multifd.api.MultiFDApi;
import org.multifd.api.MultiFDMethods;

/** Which API versions go with this one, in words (provider-contract 1.5). */
public final class ApiVersions {

    public static final String EXPECTED = MultiFDApi.OLDEST == MultiFDApi.VERSION ? Integer.toString(MultiFDApi.VERSION)
            : MultiFDApi.OLDEST + ".." + MultiFDApi.VERSION;

    /** What to do, behind why. */
    public static final String REMEDY = ": build it with this multifd-api, or run the multifd that it was built for";

    private ApiVersions() {
    }

    /** Of a provider that cannot be asked, with what shows it: what its module was compiled with is known, if it has a module-info. */
    public static String another(Module provider, String failure) {
        String compiledWith = "";
        if (provider != null && provider.isNamed()) {
            for (ModuleDescriptor.Requires each : provider.getDescriptor().requires()) {
                if (each.name().equals(api()) && each.rawCompiledVersion().isPresent()) {
                    compiledWith = ", compiled with " + api() + " " + each.rawCompiledVersion().get() + " (this one is " + version() + ")";
                }
            }
        }
        return "built for another API than version " + EXPECTED + compiledWith + ": " + failure + REMEDY;
    }

    private static String api() {
        return MultiFDMethods.class.getPackageName();
    }

    private static String version() {
        Module api = MultiFDMethods.class.getModule();
        return api.isNamed() ? api.getDescriptor().rawVersion().orElse("an unknown version") : "an unknown version";
    }
}
