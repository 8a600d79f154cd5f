package org.multifd.cli.install;

import java.io.IOException;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.multifd.api.Availability;
import org.multifd.cli.verify.ProviderLayer;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;

/** What a staged provider would load. */
final class Contents {

    private final Staging staged;
    private final String source;

    Contents(Staging staged, String source) {
        this.staged = staged;
        this.source = source;
    }

    /** One line for each file, before any of its code runs: size, name, and of a jar its module and version. */
    List<String> lines() throws MigrationException {
        List<String> lines = new ArrayList<>();
        for (Path each : staged.files()) {
            try {
                lines.add(String.format("  %,12d bytes  %s%s", Files.size(each), each.getFileName(), module(each)));
            } catch (IOException e) {
                throw ProviderStore.failed(each, e);
            }
        }
        return lines;
    }

    private static String module(Path file) {
        if (!file.toString().endsWith(".jar")) {
            return "";
        }
        try {
            Set<ModuleReference> found = ModuleFinder.of(file).findAll();
            return found.stream().map(ModuleReference::descriptor).map(ModuleDescriptor::toNameAndVersion)
                    .map(each -> ", module " + each).collect(Collectors.joining());
        } catch (FindException e) {
            return ""; // the layer says why
        }
    }

    /** Loads it as a command would, and asks each provider for its name; any fault refuses the whole. */
    List<String> methods() throws MigrationException {
        Set<String> names = new TreeSet<>();
        List<String> faults = new ArrayList<>();
        for (ProviderLayer layer : ProviderLayer.open(staged.directory())) {
            try (layer) {
                layer.problems().forEach(each -> faults.add(layer.shown(each)));
                for (ProviderLayer.Entry each : layer.providers()) {
                    Availability refusal = each.found().refusal();
                    if (refusal != null) {
                        faults.add("method " + each.name() + ": " + refusal.detail());
                    }
                    names.add(each.name());
                }
            }
        }
        if (!faults.isEmpty()) {
            throw new MigrationException(Kind.METHOD, source + ": cannot be used here: "
                    + String.join("; ", faults).replace(staged.directory() + "/", "")
                            .replace(staged.directory() + ": ", "") + "; nothing was installed");
        }
        return List.copyOf(names);
    }
}
