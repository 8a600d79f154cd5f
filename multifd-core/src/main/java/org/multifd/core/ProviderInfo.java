package org.multifd.core;

import java.util.List;
import java.util.Objects;
import org.multifd.api.Availability;
import org.multifd.api.MethodParameter;

/**
 * A provider that {@link MethodRegistry} knows, whether it serves its name or not.
 *
 * @param name the method's name, the value of {@code multifd-compression}
 * @param providerClass the name of the class that implements the method
 * @param module the name of that class's module, or "" if it is in none (the class path)
 * @param version the module's version, or the one its jar's manifest states, or ""
 * @param location the jar or directory that the class was loaded from, or "" if that is unknown
 * @param layer the jar or directory that was made a layer of its own, else "module path" or "class path"
 * @param apiVersion the API version that the provider declares, 0 if it could not be asked
 * @param priority which of two usable providers of one name is taken: the higher one
 * @param parameters what users can set; empty for a provider that was refused
 * @param availability whether the method can work here, and why not; also says why a provider was refused
 * @param lost why another provider serves the name although this one is usable, or ""
 */
public record ProviderInfo(String name, String providerClass, String module, String version, String location,
        String layer, int apiVersion, int priority, List<MethodParameter> parameters, Availability availability,
        String lost) {

    /**
     * Copies the list.
     *
     * @param name the method's name
     * @param providerClass the name of the class that implements the method
     * @param module the name of that class's module
     * @param version the module's version
     * @param location the jar or directory that the class was loaded from
     * @param layer the jar or directory that was made a layer of its own
     * @param apiVersion the API version that the provider declares
     * @param priority which of two usable providers of one name is taken: the higher one
     * @param parameters what users can set
     * @param availability whether the method can work here
     * @param lost why another provider serves the name although this one is usable
     */
    public ProviderInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(providerClass, "providerClass");
        Objects.requireNonNull(module, "module");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(location, "location");
        Objects.requireNonNull(layer, "layer");
        Objects.requireNonNull(availability, "availability");
        Objects.requireNonNull(lost, "lost");
        parameters = List.copyOf(parameters);
    }

    /**
     * Whether a lookup of {@link #name} gives this provider.
     *
     * @return true for at most one provider of each name
     */
    public boolean serves() {
        return availability.usable() && lost.isEmpty();
    }
}
