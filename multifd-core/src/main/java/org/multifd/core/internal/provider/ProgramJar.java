package org.multifd.core.internal.provider;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.multifd.api.MultiFDMethods;
import org.multifd.core.internal.provider.layer.Failures;
import org.multifd.core.internal.provider.layer.ServicesFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What to do about a method that nobody provides, by how the program was put together: of modules, of a class path, or
 * as one jar that has everything in it. In such a jar providers are lost when the services files of several jars were
 * not merged: the classes are there, and nothing names them.
 */
final class ProgramJar {

    private static final Logger LOG = LoggerFactory.getLogger(ProgramJar.class);

    private static final String INTERFACE = MultiFDMethods.class.getName().replace('.', '/');
    private static final String CLASS = ".class";

    private ProgramJar() {
    }

    /** The end of the message; looks into the program's jar if it is one. */
    static String advice() {
        if (ProgramJar.class.getModule().isNamed()) {
            return "put the provider's jar on the module path";
        }
        String jar = Origin.location(ProgramJar.class);
        if (jar.equals(Origin.location(MultiFDMethods.class)) && Files.isRegularFile(Path.of(jar))) {
            List<String> unnamed = unnamed(Path.of(jar));
            if (!unnamed.isEmpty()) {
                return "merge the files " + ServicesFile.NAME + " when " + jar + " is packed (maven-shade-plugin: "
                        + "ServicesResourceTransformer): the one in it does not name " + String.join(", ", unnamed);
            }
        }
        return "put the provider's jar on the class path";
    }

    /** The providers in the jar that its services file does not name. */
    private static List<String> unnamed(Path jar) {
        List<String> unnamed = new ArrayList<>();
        try (ZipFile file = new ZipFile(jar.toFile())) {
            ZipEntry services = file.getEntry(ServicesFile.NAME);
            List<String> named = services == null ? List.of() : ServicesFile.names(file.getInputStream(services));
            for (ZipEntry each : (Iterable<ZipEntry>) file.stream().map(ZipEntry.class::cast)::iterator) {
                String name = each.getName();
                if (name.endsWith(CLASS) && !name.startsWith("META-INF/") && mentionsInterface(file, each)) {
                    String type = name.substring(0, name.length() - CLASS.length()).replace('/', '.');
                    if (!named.contains(type) && isProvider(type)) {
                        unnamed.add(type);
                    }
                }
            }
        } catch (IOException e) {
            LOG.debug("{} cannot be read", jar, e);
        }
        return unnamed;
    }

    private static boolean mentionsInterface(ZipFile file, ZipEntry entry) throws IOException {
        try (InputStream in = file.getInputStream(entry)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).contains(INTERFACE);
        }
    }

    /** Whether ServiceLoader could make one of it. */
    private static boolean isProvider(String name) {
        try {
            Class<?> type = Class.forName(name, false, ProgramJar.class.getClassLoader());
            return MultiFDMethods.class.isAssignableFrom(type) && Modifier.isPublic(type.getModifiers())
                    && !Modifier.isAbstract(type.getModifiers()) && type.getConstructor() != null;
        } catch (ReflectiveOperationException | LinkageError e) {
            Failures.passFatal(e);
            return false;
        }
    }
}
