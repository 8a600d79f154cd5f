package org.multifd.core.internal.provider.layer;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.zip.ZipException;
import org.multifd.api.MultiFDMethods;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.multifd.core.internal.wire.Text;

/**
 * The modules in the jars of a layer to be, checked for what the module system would say less plainly, or not at all.
 */
final class LayerJars implements ModuleFinder {

    private static final Logger LOG = LoggerFactory.getLogger(LayerJars.class);
    static final String API = "org.multifd.api";
    private static final String SERVICE = MultiFDMethods.class.getName();

    private final Path source;
    /** By the module's name. */
    private final Map<String, ModuleReference> modules = new LinkedHashMap<>();
    private final Map<String, Path> originals = new LinkedHashMap<>();

    /** The copies by their originals. */
    LayerJars(Path source, Map<Path, Path> copies, Collection<String> systemModules) throws LayerException {
        this.source = source;
        for (Map.Entry<Path, Path> each : copies.entrySet()) {
            add(each.getKey(), read(each.getKey(), each.getValue()));
        }
        for (Map.Entry<String, ModuleReference> each : Map.copyOf(modules).entrySet()) {
            if (each.getValue().descriptor().isAutomatic()) {
                modules.put(each.getKey(), opened(each.getValue(), systemModules));
            }
        }
    }

    private static ModuleReference read(Path original, Path copy) throws LayerException {
        try {
            JarBounds.check(original, copy); // it says less plainly what it is, as a module
            return ModuleFinder.of(copy).findAll().iterator().next();
        } catch (ZipException e) {
            throw new LayerException(original + ": received a file that is no jar (" + Text.reason(e) + "), expected "
                    + (LayerSource.isJarName(original) ? "a whole jar: copy it again"
                    : "a provider's jar, or the directory with its jars: name that"), e);
        } catch (IOException e) {
            throw new LayerException(original + ": cannot be read: " + Failures.describe(e), e);
        } catch (FindException e) {
            throw LayerErrors.ofJar(e, original, copy);
        } catch (RuntimeException e) { // its signature does not hold
            Failures.passFatal(e);
            throw new LayerException(original + ": no module can be made of it: " + Failures.explain(e, null), e);
        }
    }

    private void add(Path original, ModuleReference jar) throws LayerException {
        ModuleDescriptor module = jar.descriptor();
        if (module.name().equals(API)) {
            throw new LayerException(source + ": received a copy of " + API + " in " + original.getFileName()
                    + ", expected none, as a provider uses the one that is there: remove that jar");
        }
        if (module.packages().contains(API)) {
            throw new LayerException(original + ": received classes of " + API
                    + " packed inside, expected none, as a provider uses "
                    + "those that are there: build the jar without them (scope provided)");
        }
        Path other = originals.put(module.name(), original);
        if (other != null) {
            throw new LayerException(source + ": received the module " + module.name() + " twice, in "
                    + other.getFileName()
                    + " and " + original.getFileName() + ", expected each once: remove one of them");
        }
        modules.put(module.name(), jar);
    }

    private ModuleReference opened(ModuleReference jar, Collection<String> systemModules) throws LayerException {
        ModuleDescriptor module = jar.descriptor();
        Set<String> required = new TreeSet<>(systemModules);
        required.remove("java.base");
        module.provides().forEach(each -> owner(each.service()).filter(name -> !name.equals(module.name()))
                .ifPresent(required::add));
        try {
            return new OpenedModule(jar, required, ServiceUses.of(jar));
        } catch (IOException e) {
            throw new LayerException(original(module.name()) + ": cannot be read: " + Failures.describe(e), e);
        }
    }

    /** The module that has a service's class: a module that provides the service has to read it. */
    private Optional<String> owner(String service) {
        String name = service.substring(0, Math.max(service.lastIndexOf('.'), 0));
        return modules.values().stream().map(ModuleReference::descriptor)
                .filter(each -> each.packages().contains(name)).map(ModuleDescriptor::name).findFirst();
    }

    /**
     * A jar without module-info as an open module that requires named modules only. As the automatic module that the
     * JDK makes of it, it would read every module of the program above it, and a library that both bring (a logging
     * facade, say) would be a package in two modules, which ends the whole layer.
     */
    private static final class OpenedModule extends ModuleReference {

        private final ModuleReference jar;

        OpenedModule(ModuleReference jar, Set<String> required, Set<String> uses) {
            super(opened(jar.descriptor(), required, uses), jar.location().orElse(null));
            this.jar = jar;
        }

        private static ModuleDescriptor opened(ModuleDescriptor automatic, Set<String> required, Set<String> uses) {
            ModuleDescriptor.Builder builder = ModuleDescriptor.newOpenModule(automatic.name())
                    .packages(automatic.packages());
            automatic.version().ifPresent(builder::version);
            automatic.provides().forEach(builder::provides);
            automatic.packages().forEach(each -> ifNameable(each, builder::exports));
            uses.forEach(each -> ifNameable(each, builder::uses));
            builder.requires(API).requires(Set.of(ModuleDescriptor.Requires.Modifier.MANDATED), "java.base");
            required.forEach(builder::requires);
            return builder.build();
        }

        /** A name with a keyword of Java in it can be in a class file, but not in a module's description. */
        private static void ifNameable(String name, Consumer<String> step) {
            try {
                step.accept(name);
            } catch (IllegalArgumentException e) {
                LOG.debug("{} cannot be declared: {}", name, e.getMessage());
            }
        }

        @Override
        public ModuleReader open() throws IOException {
            return jar.open();
        }
    }

    @Override
    public Optional<ModuleReference> find(String name) {
        return Optional.ofNullable(modules.get(name));
    }

    @Override
    public Set<ModuleReference> findAll() {
        return Set.copyOf(modules.values());
    }

    /**
     * What the layer begins with: the modules that provide methods, and, as a jar without module-info does not say
     * which others it needs, all of them if there is such a jar.
     */
    Set<String> roots() {
        return opened().isEmpty() ? withProvider() : modules.keySet();
    }

    private Set<String> withProvider() {
        return modules.values().stream().map(ModuleReference::descriptor).filter(each -> !providers(each).isEmpty())
                .map(ModuleDescriptor::name).collect(Collectors.toSet());
    }

    boolean hasProvider() {
        return !withProvider().isEmpty();
    }

    /** The classes that a module provides as methods. */
    static List<String> providers(ModuleDescriptor module) {
        return module.provides().stream().filter(each -> each.service().equals(SERVICE)).findFirst()
                .map(ModuleDescriptor.Provides::providers).orElse(List.of());
    }

    /** Modules made of jars without module-info. */
    List<String> opened() {
        return modules.values().stream().filter(OpenedModule.class::isInstance).map(each -> each.descriptor().name())
                .toList();
    }

    /** The file names of the jars that have a package. */
    List<String> withPackage(String name) {
        return modules.values().stream().map(ModuleReference::descriptor).filter(each -> each.packages().contains(name))
                .map(each -> original(each.name()).getFileName().toString()).toList();
    }

    /** The jar of a module, as the user has it. */
    Path original(String module) {
        return originals.get(module);
    }

    /** A services file is not looked at in a jar with module-info: the mistake that is made most. */
    List<LayerException> servicesWithoutProvides() {
        List<LayerException> problems = new ArrayList<>();
        for (ModuleReference each : modules.values()) {
            Path jar = original(each.descriptor().name());
            if (each instanceof OpenedModule || !providers(each.descriptor()).isEmpty()) {
                continue;
            }
            try (ModuleReader reader = each.open();
                    InputStream in = reader.open(ServicesFile.NAME).orElse(InputStream.nullInputStream())) {
                String names = String.join(", ", ServicesFile.names(in));
                if (!names.isEmpty()) {
                    problems.add(new LayerException(jar + ": received " + names + " in " + ServicesFile.NAME
                            + " alone, expected " + unprovided(each.descriptor(), names)));
                }
            } catch (IOException | RuntimeException e) {
                Failures.passFatal(e);
                problems.add(new LayerException(jar + ": " + ServicesFile.NAME + " cannot be read: "
                        + Failures.explain(e, null), e));
            }
        }
        return problems;
    }

    /** A module-info that does not require the API is none of a provider's: it came with a codec packed inside. */
    private static String unprovided(ModuleDescriptor module, String names) {
        return module.requires().stream().anyMatch(each -> each.name().equals(API))
                ? "it in the jar's module-info, too, as only that counts in a module: add \"provides " + SERVICE
                + " with " + names + ";\""
                : "no module-info beside it: the one in the jar is that of " + module.name() + ", which was packed "
                + "inside; build the jar without it (maven-shade-plugin: exclude module-info.class) or with one of the "
                + "provider's own";
    }

    LayerException withoutProvider() {
        return new LayerException(source + ": received no provider, expected a module that provides " + SERVICE
                + ", or a jar without module-info and with " + ServicesFile.NAME);
    }
}
