package org.multifd.core.internal.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.layer.LayerSource;
import org.multifd.core.internal.provider.layer.LoadedLayer;

/**
 * The providers of one layer.
 *
 * @param layer where they come from
 * @param found those that could be made and have a name
 * @param problems why others could not, one line each
 */
public record LayerProviders(LoadedLayer layer, List<FoundProvider> found, List<MigrationException> problems) {

    /** Loads the layer and makes each of its providers once. */
    public static LayerProviders load(LayerSource source) {
        return loading(source).get();
    }

    /**
     * Loads the layer, and has its providers make themselves meanwhile: they may not have answered before the result is
     * asked for.
     */
    static Supplier<LayerProviders> loading(LayerSource source) {
        LoadedLayer layer = LoadedLayer.load(source);
        List<FoundProvider.Making> making = layer.providers().stream().map(each -> FoundProvider.making(each, layer))
                .toList();
        return () -> {
            List<FoundProvider> found = new ArrayList<>();
            List<MigrationException> problems = new ArrayList<>();
            layer.problems().forEach(each -> problems.add(new MigrationException(Kind.METHOD, each.getMessage(),
                    each.getCause())));
            for (FoundProvider.Making each : making) {
                try {
                    found.add(each.await());
                } catch (MigrationException e) {
                    problems.add(e);
                }
            }
            found.forEach(Providers::log);
            return new LayerProviders(layer, List.copyOf(found), List.copyOf(problems));
        };
    }
}
