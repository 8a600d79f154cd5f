package org.multifd.core.internal.provider;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.layer.Failures;
import org.multifd.core.internal.provider.layer.LayerSource;
import org.multifd.core.internal.provider.layer.ProviderPath;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The layers of the paths that a user gave, as their files were at the last look. Nothing of a layer is kept here once
 * it is gone or replaced: migrations that use it keep it alive, and when they have ended it is unloaded.
 *
 * <p>For one thread at a time.
 */
final class ProviderDirectories {

    private static final Logger LOG = LoggerFactory.getLogger(ProviderDirectories.class);

    /** Between two looks at files that are not as they were: whoever writes a jar writes something in this time. */
    private static final int SETTLE_MILLIS = 500;

    private final List<ProviderPath> paths;
    /** Passes the time between two looks; tells whether it has passed. */
    private final BooleanSupplier pause;
    private Map<Path, LayerProviders> layers = Map.of();
    private Found found = new Found(List.of(), List.of());
    /** The providers that the last look has given up. */
    private List<FoundProvider> given = List.of();

    /** What there is: layers, and what is wrong with the paths themselves. */
    record Found(List<LayerProviders> layers, List<MigrationException> problems) {

        Found {
            layers = List.copyOf(layers);
            problems = List.copyOf(problems);
        }

        private List<String> messages() {
            return problems.stream().map(Throwable::getMessage).toList();
        }

        boolean isLike(Found other) {
            return layers.equals(other.layers) && messages().equals(other.messages());
        }
    }

    ProviderDirectories(List<ProviderPath> paths) {
        this(paths, ProviderDirectories::sleep);
    }

    ProviderDirectories(List<ProviderPath> paths, BooleanSupplier pause) {
        this.paths = List.copyOf(paths);
        this.pause = pause;
    }

    private static boolean sleep() {
        try {
            TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Loads what is there for the first time, as it is: whoever starts a program has copied its files. */
    Found load() {
        return update(false);
    }

    /** Looks again. What is not as it was is loaded if it stays the same between two looks; the rest stays. */
    Found rescan() {
        return update(true);
    }

    /** The providers that the last look has given up, once. */
    List<FoundProvider> takeGivenUp() {
        List<FoundProvider> taken = given;
        given = List.of();
        return taken;
    }

    private Found update(boolean settle) {
        List<MigrationException> problems = new ArrayList<>();
        Map<Path, LayerSource> sources = sources(problems);
        Map<Path, LayerSource.Look> changed = new LinkedHashMap<>();
        sources.forEach((key, source) -> {
            LayerSource.Look look = look(source);
            if (!layers.containsKey(key) || !Objects.equals(layers.get(key).layer().look(), look)) {
                changed.put(key, look);
            }
        });
        boolean settled = !changed.isEmpty() && (!settle || pause.getAsBoolean());
        Map<Path, Supplier<LayerProviders>> now = new LinkedHashMap<>(); // all are begun before the first is waited for
        sources.forEach((key, source) -> {
            LayerProviders before = layers.get(key);
            if (changed.containsKey(key) && settled && (!settle || Objects.equals(changed.get(key), look(source)))) {
                LOG.debug("{} is loaded{}", source.path(), before == null ? "" : " again");
                now.put(key, LayerProviders.loading(source));
            } else if (before != null) {
                now.put(key, () -> before);
            } else {
                problems.add(new MigrationException(Kind.METHOD, source.path()
                        + ": received files that are being written, expected complete ones: they are looked at again"));
            }
        });
        Map<Path, LayerProviders> before = layers;
        layers = new LinkedHashMap<>();
        now.forEach((key, each) -> layers.put(key, each.get()));
        given = before.entrySet().stream().filter(each -> layers.get(each.getKey()) != each.getValue())
                .flatMap(each -> each.getValue().found().stream()).toList();
        Found after = new Found(List.copyOf(layers.values()), problems);
        found = after.isLike(found) ? found : after;
        return found;
    }

    /** By their real paths: the same directory may be reached by two. */
    private Map<Path, LayerSource> sources(List<MigrationException> problems) {
        Map<Path, LayerSource> sources = new LinkedHashMap<>();
        for (ProviderPath path : paths) {
            try {
                if (!path.home() && !Files.exists(path.path())) {
                    problems.add(new MigrationException(Kind.METHOD,
                            path.path() + ": received nothing there, expected a jar or a directory"));
                    continue;
                }
                for (LayerSource each : path.sources()) {
                    sources.putIfAbsent(key(each.path()), each);
                }
            } catch (IOException e) {
                problems.add(new MigrationException(Kind.METHOD,
                        path.path() + ": cannot be read: " + Failures.describe(e), e));
            }
        }
        return sources;
    }

    private static Path key(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize(); // gone by now, or a link into nowhere: reported when it is loaded
        }
    }

    private static LayerSource.Look look(LayerSource source) {
        try {
            return source.look();
        } catch (IOException e) {
            return null;
        }
    }
}
