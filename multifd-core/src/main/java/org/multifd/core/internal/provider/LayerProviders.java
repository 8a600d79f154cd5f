package org.multifd.core.internal.provider;

import java.util.ArrayList;
import java.util.List;
import org.multifd.core.internal.provider.MethodException.Kind;
import org.multifd.core.internal.provider.layer.LayerException;
import org.multifd.core.internal.provider.layer.LayerSource;
import org.multifd.core.internal.provider.layer.LoadedLayer;
import org.multifd.core.internal.provider.layer.ProviderClass;

/**
 * The providers of one layer.
 *
 * @param layer where they come from
 * @param found those that could be made and have a name
 * @param problems why others could not, one line each
 */
public record LayerProviders(LoadedLayer layer, List<FoundProvider> found, List<MethodException> problems) {

    /** Loads the layer and makes each of its providers once. */
    public static LayerProviders load(LayerSource source) {
        return loading(source).await();
    }

    /** Loads the layer, and has its providers make themselves meanwhile. */
    static Loading loading(LayerSource source) {
        LoadedLayer layer = LoadedLayer.load(source);
        List<FoundProvider.Making> making = new ArrayList<>();
        for (ProviderClass each : layer.providers()) {
            making.add(FoundProvider.making(each, layer));
        }
        return new Loading(layer, making);
    }

    /** A layer whose providers may not have answered yet. */
    record Loading(LoadedLayer layer, List<FoundProvider.Making> making) {

        LayerProviders await() {
            List<FoundProvider> found = new ArrayList<>();
            List<MethodException> problems = new ArrayList<>();
            for (LayerException each : layer.problems()) {
                problems.add(new MethodException(Kind.METHOD, each.getMessage(), each.getCause()));
            }
            for (FoundProvider.Making each : making) {
                try {
                    found.add(each.await());
                } catch (MethodException e) {
                    problems.add(e);
                }
            }
            for (FoundProvider each : found) {
                Providers.log(each);
            }
            return new LayerProviders(layer, List.copyOf(found), List.copyOf(problems));
        }
    }
}
