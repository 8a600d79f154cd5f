package org.multifd.core.internal.provider.layer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What becomes one layer: a jar, or a directory with all its jars. */
public class LayerSource {

    private final Path path;
    /** Found in a directory of providers, not named by the user. */
    private final boolean found;

    /** What the user has named. */
    LayerSource(Path path) {
        this(path, false);
    }

    private LayerSource(Path path, boolean found) {
        this.path = path;
        this.found = found;
    }

    /** What lies in a directory of providers. */
    static LayerSource found(Path path) {
        return new LayerSource(path, true);
    }

    /** As the user wrote it. */
    public final Path path() {
        return path;
    }

    /**
     * The files as they were at one time: two looks that are equal, some time apart, are files that nobody writes.
     *
     * @param stamps each jar's size, time and key: a file that was replaced has another key, the inode, where there is
     *     one
     * @param beside the same for the other files of a directory, which a provider finds beside its jar
     * @param nested directories in this one that have jars: of no use there, and often a copy that missed its place
     */
    public record Look(Map<Path, String> stamps, Map<Path, String> beside, List<Path> nested) {
    }

    /** The files as they are now. */
    public Look look() throws IOException {
        boolean directory = Files.isDirectory(path);
        return new Look(stamps(directory ? jars(path) : List.of(path)), stamps(directory ? beside(path) : List.of()),
                directory ? withJars(path) : List.of());
    }

    private static Map<Path, String> stamps(List<Path> files) throws IOException {
        Map<Path, String> stamps = new LinkedHashMap<>();
        for (Path each : files) {
            BasicFileAttributes now = Files.readAttributes(each, BasicFileAttributes.class);
            stamps.put(each, now.size() + " " + now.lastModifiedTime().to(TimeUnit.NANOSECONDS) + " " + now.fileKey());
        }
        return stamps;
    }

    /** What to do about a directory without a jar. */
    String remedyWithoutJars() {
        if (found) {
            return "put them there, or remove it";
        }
        Path built = path.resolve("target").resolve("provider"); // of a project that new-provider wrote
        return Files.isDirectory(built) ? "did you mean " + built + "?"
                : "put them there, or name the directory that has them";
    }

    /** The directories in this one that have jars. One that cannot be read, or is gone, counts as having none. */
    static List<Path> withJars(Path directory) throws IOException {
        return list(directory, each -> {
            try {
                return isVisibleDirectory(each) && !jars(each).isEmpty();
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** In the order of their names. */
    static List<Path> jars(Path directory) throws IOException {
        return list(directory, each -> isJarName(each) && !Files.isDirectory(each));
    }

    /** Files that are no jars: a dictionary, a configuration, a native library. */
    private static List<Path> beside(Path directory) throws IOException {
        return list(directory, each -> Files.isRegularFile(each) && !isJarName(each)
                && !each.getFileName().toString().startsWith("."));
    }

    /** In the order of their names, without hidden ones. */
    static List<Path> directories(Path directory) throws IOException {
        return list(directory, LayerSource::isVisibleDirectory);
    }

    private static boolean isVisibleDirectory(Path path) {
        return Files.isDirectory(path) && !path.getFileName().toString().startsWith(".");
    }

    /** A hidden file is one that a copying program has not finished, or the file manager's. */
    static boolean isJarName(Path file) {
        String name = file.getFileName().toString();
        return name.toLowerCase(Locale.ROOT).endsWith(".jar") && !name.startsWith(".");
    }

    private static List<Path> list(Path directory, Predicate<Path> wanted) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(wanted).sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
