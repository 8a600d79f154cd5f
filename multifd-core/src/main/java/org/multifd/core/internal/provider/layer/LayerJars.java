package org.multifd.core.internal.provider.layer;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.multifd.api.MultiFDMethods;

/** The modules in the jars of a layer to be, checked for what the module system would say less plainly, or not at all. */
final class LayerJars implements ModuleFinder {

    private static final String API = "org.multifd.api";
    private static final String SERVICE = MultiFDMethods.class.getName();
    private static final String SERVICES = "META-INF/services/" + SERVICE;

    private final Path source;
    /** By the module's name. */
    private final Map<String, ModuleReference> modules = new LinkedHashMap<>();
    private final Map<String, Path> originals = new LinkedHashMap<>();
    private final List<String> opened = new ArrayList<>();
    private final List<NativeCode.Library> libraries = new ArrayList<>();

    /** The copies by their originals. */
    LayerJars(Path source, Map<Path, Path> copies, Collection<String> systemModules) throws LayerException {
        this.source = source;
        for (Map.Entry<Path, Path> each : copies.entrySet()) {
            libraries.addAll(libraries(each.getKey(), each.getValue()));
            add(each.getKey(), read(each.getKey(), each.getValue()), systemModules);
        }
    }

    private static List<NativeCode.Library> libraries(Path original, Path copy) throws LayerException {
        try (ZipFile jar = new ZipFile(copy.toFile())) {
            List<String> names = new ArrayList<>(jar.size());
            for (Enumeration<? extends ZipEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
                names.add(entries.nextElement().getName());
            }
            return NativeCode.of(original, names);
        } catch (ZipException e) {
            throw new LayerException(original + ": received a file that is no jar (" + e.getMessage() + "), expected "
                    + (LayerSource.isJarName(original) ? "a whole jar: copy it again"
                    : "a provider's jar, or the directory with its jars: name that"), e);
        } catch (IOException e) {
            throw new LayerException(original + ": cannot be read: " + Failures.describe(e), e);
        }
    }

    private static ModuleReference read(Path original, Path copy) throws LayerException {
        try {
            return ModuleFinder.of(copy).findAll().iterator().next();
        } catch (FindException e) {
            throw NoLayer.ofJar(e, original, copy);
        } catch (RuntimeException e) { // its signature does not hold
            Failures.passFatal(e);
            throw new LayerException(original + ": no module can be made of it: " + Failures.explain(e, null), e);
        }
    }

    private void add(Path original, ModuleReference jar, Collection<String> systemModules) throws LayerException {
        ModuleDescriptor module = jar.descriptor();
        if (module.name().equals(API)) {
            throw new LayerException(source + ": received a copy of " + API + " in " + original.getFileName()
                    + ", expected none, as a provider uses the one that is there: remove that jar");
        }
        if (module.packages().contains(API)) {
            throw new LayerException(original + ": received classes of " + API + " packed inside, expected none, as a provider uses "
                    + "those that are there: build the jar without them (scope provided)");
        }
        Path other = originals.put(module.name(), original);
        if (other != null) {
            throw new LayerException(source + ": received the module " + module.name() + " twice, in " + other.getFileName()
                    + " and " + original.getFileName() + ", expected each once: remove one of them");
        }
        if (module.isAutomatic()) {
            List<String> required = new ArrayList<>(systemModules);
            required.add(API);
            modules.put(module.name(), OpenedModule.of(jar, required));
            opened.add(module.name());
        } else {
            modules.put(module.name(), jar);
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
     * What the layer begins with: the modules that provide methods, and, as a jar without module-info does not say which others
     * it needs, all of them if there is such a jar.
     */
    Set<String> roots() {
        if (!opened.isEmpty()) {
            return modules.keySet();
        }
        Set<String> roots = new HashSet<>();
        for (ModuleReference each : modules.values()) {
            if (!providers(each.descriptor()).isEmpty()) {
                roots.add(each.descriptor().name());
            }
        }
        return roots;
    }

    /** The classes that a module provides as methods. */
    static List<String> providers(ModuleDescriptor module) {
        for (ModuleDescriptor.Provides each : module.provides()) {
            if (each.service().equals(SERVICE)) {
                return each.providers();
            }
        }
        return List.of();
    }

    boolean hasProvider() {
        for (ModuleReference each : modules.values()) {
            if (!providers(each.descriptor()).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Modules made of jars without module-info. */
    List<String> opened() {
        return opened;
    }

    /** The file names of the jars that have a package. */
    List<String> withPackage(String name) {
        List<String> files = new ArrayList<>();
        modules.forEach((module, reference) -> {
            if (reference.descriptor().packages().contains(name)) {
                files.add(originals.get(module).getFileName().toString());
            }
        });
        return files;
    }

    NativeCode nativeCode() {
        return new NativeCode(libraries);
    }

    /** The jar of a module, as the user has it. */
    Path original(String module) {
        return originals.get(module);
    }

    /** A services file is not looked at in a jar with module-info: the mistake that is made most. */
    List<LayerException> servicesWithoutProvides() {
        List<LayerException> problems = new ArrayList<>();
        for (ModuleReference each : modules.values()) {
            if (!opened.contains(each.descriptor().name()) && providers(each.descriptor()).isEmpty()) {
                List<String> names;
                try {
                    names = services(each);
                } catch (LayerException e) {
                    problems.add(e);
                    continue;
                }
                if (!names.isEmpty()) {
                    problems.add(new LayerException(original(each.descriptor().name()) + ": received " + String.join(", ", names)
                            + " in " + SERVICES + " alone, expected it in the jar's module-info, too, as only that counts in a module: "
                            + "add \"provides " + SERVICE + " with " + String.join(", ", names) + ";\""));
                }
            }
        }
        return problems;
    }

    private List<String> services(ModuleReference jar) throws LayerException {
        try (ModuleReader reader = jar.open(); InputStream in = reader.open(SERVICES).orElse(InputStream.nullInputStream())) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .map(line -> line.replaceFirst("#.*", "").strip()).filter(name -> !name.isEmpty()).toList();
        } catch (IOException | RuntimeException e) {
            Failures.passFatal(e);
            throw new LayerException(original(jar.descriptor().name()) + ": " + SERVICES + " cannot be read: "
                    + Failures.explain(e, null), e);
        }
    }

    LayerException withoutProvider() {
        return new LayerException(source + ": received no provider, expected a module that provides " + SERVICE
                + ", or a jar without module-info and with " + SERVICES);
    }
}
