package org.multifd.core.internal.provider.layer;

import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.util.ArrayList;
import java.util.List;

/** Java's own modules: those that this JVM was started with, and the others. */
final class SystemModules {

    private SystemModules() {
    }

    /** By their names: an image made by jlink has all its modules among the system's. */
    static boolean isJava(String name) {
        return name.startsWith("java.") || name.startsWith("jdk.");
    }

    /** Those that a layer below this one can require. */
    static List<String> present(ModuleLayer layer) {
        List<String> present = new ArrayList<>();
        for (Module each : ModuleLayer.boot().modules()) {
            if (isJava(each.getName()) && layer.findModule(each.getName()).isPresent()) {
                present.add(each.getName());
            }
        }
        return present;
    }

    /** Whether Java has such a module, and it was not started with it. */
    static boolean isAbsent(String name) {
        return isJava(name) && ModuleLayer.boot().findModule(name).isEmpty() && ModuleFinder.ofSystem().find(name).isPresent();
    }

    /** The absent module that has a package, or null. */
    static String withPackage(String name) {
        return ModuleFinder.ofSystem().findAll().stream().map(ModuleReference::descriptor)
                .filter(module -> module.packages().contains(name)).map(module -> module.name())
                .filter(SystemModules::isAbsent).findFirst().orElse(null);
    }

    static String remedy(String module) {
        return "start Java with --add-modules=" + module;
    }
}
