package org.multifd.core.internal.provider.layer;

import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.security.CodeSigner;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.multifd.api.MultiFDMethods;

/**
 * The loader of a layer in a program on the class path. It shows the layer's own modules, the API's classes as the
 * program has them, and the platform: nothing else that the program or its class path has.
 */
final class ClassPathLoader extends ClassLoader {

    static {
        registerAsParallelCapable();
    }

    private static final String API = LayerJars.API + ".";

    private final ClassLoader program = MultiFDMethods.class.getClassLoader();
    private final Map<String, ModuleReference> modules = new LinkedHashMap<>();
    private final Map<String, ModuleReference> byPackage = new LinkedHashMap<>();
    /** Open as long as the loader is there. */
    private final Map<ModuleReference, ModuleReader> readers = new ConcurrentHashMap<>();
    private final Map<ModuleReference, ProtectionDomain> domains = new ConcurrentHashMap<>();

    ClassPathLoader(Configuration resolved) {
        super(ClassLoader.getPlatformClassLoader());
        for (ResolvedModule each : resolved.modules()) {
            if (!each.name().equals(LayerJars.API)) {
                modules.put(each.name(), each.reference());
                each.reference().descriptor().packages().forEach(name -> byPackage.put(name, each.reference()));
            }
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith(API)) {
            return program.loadClass(name);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                loaded = owner(name) == null ? getParent().loadClass(name) : findClass(name);
            }
            return loaded;
        }
    }

    private ModuleReference owner(String className) {
        return byPackage.get(className.substring(0, Math.max(className.lastIndexOf('.'), 0)));
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        ModuleReference module = owner(name);
        Class<?> found = module == null ? null : findClass(module.descriptor().name(), name);
        if (found == null) {
            throw new ClassNotFoundException(name);
        }
        return found;
    }

    @Override
    protected Class<?> findClass(String module, String name) {
        ModuleReference owner = owner(name);
        if (owner == null || !owner.descriptor().name().equals(module)) {
            return null;
        }
        try {
            ModuleReader reader = reader(owner);
            ByteBuffer bytes = reader.read(name.replace('.', '/') + ".class").orElse(null);
            if (bytes == null) {
                return null;
            }
            try {
                return defineClass(name, bytes, domains.computeIfAbsent(owner, this::domain));
            } finally {
                reader.release(bytes);
            }
        } catch (IOException e) {
            return null; // as the loaders of the JDK do
        }
    }

    private ModuleReader reader(ModuleReference module) throws IOException {
        ModuleReader reader = readers.get(module);
        if (reader == null) {
            ModuleReader opened = module.open();
            reader = readers.putIfAbsent(module, opened);
            if (reader == null) {
                return opened;
            }
            opened.close();
        }
        return reader;
    }

    private ProtectionDomain domain(ModuleReference module) {
        return new ProtectionDomain(new CodeSource(module.location().map(ClassPathLoader::url).orElse(null),
                (CodeSigner[]) null), null, this, null);
    }

    private static URL url(URI location) {
        try {
            return location.toURL();
        } catch (MalformedURLException e) {
            return null;
        }
    }

    @Override
    protected URL findResource(String module, String name) throws IOException {
        ModuleReference found = modules.get(module);
        return found == null ? null : reader(found).find(name).map(ClassPathLoader::url).orElse(null);
    }

    @Override
    protected URL findResource(String name) {
        List<URL> found = found(name);
        return found.isEmpty() ? null : found.get(0);
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        return Collections.enumeration(found(name));
    }

    private List<URL> found(String name) {
        List<URL> found = new ArrayList<>();
        for (String each : modules.keySet()) {
            try {
                URL url = findResource(each, name);
                if (url != null) {
                    found.add(url);
                }
            } catch (IOException e) {
                // a jar that cannot be read has no resource
            }
        }
        return found;
    }
}
