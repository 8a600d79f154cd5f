package org.multifd.tck.internal.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/** What Linux tells a process about itself. Elsewhere there is nothing to read, and rules that need it say so. */
public final class ProcessStatus {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path MAPS = Path.of("/proc/self/maps");

    private ProcessStatus() {
    }

    public static boolean readable() {
        return Files.isReadable(STATUS);
    }

    /** A field of /proc/self/status that is given in kB, as bytes: VmRSS, VmData. */
    public static long bytes(String field) {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(field + ":")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
        } catch (IOException e) {
            throw new NotCheckable(STATUS + " cannot be read: " + Words.of(e));
        }
        throw new NotCheckable(STATUS + " has no " + field);
    }

    /** Native libraries that are loaded, the JDK's own aside; none where that cannot be seen. */
    public static Set<String> libraries() {
        Set<String> libraries = new LinkedHashSet<>();
        String jdk = System.getProperty("java.home");
        try {
            for (String line : Files.isReadable(MAPS) ? Files.readAllLines(MAPS) : Set.<String>of()) {
                int path = line.indexOf('/');
                if (path >= 0 && line.contains("r-xp") && !line.startsWith(jdk, path)) {
                    libraries.add(line.substring(path));
                }
            }
        } catch (IOException e) {
            return Set.of();
        }
        return libraries;
    }
}
