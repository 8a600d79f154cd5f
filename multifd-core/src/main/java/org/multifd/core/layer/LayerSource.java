package org.multifd.core.layer;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What becomes one layer: a jar, or a directory with all its jars. */
public final class LayerSource {

    private final Path path;

    LayerSource(Path path) {
        this.path = path;
    }

    /** As the user wrote it. */
    public Path path() {
        return path;
    }

    /** The jars' names, sizes and times: two looks that are the same, some time apart, are files that nobody writes. */
    public record Look(Map<Path, Stamp> jars) {

        public Look {
            jars = new TreeMap<>(jars);
        }

        List<Path> files() {
            return List.copyOf(jars.keySet());
        }
    }

    /** What tells one state of a file from another. The key is the inode, where there is one: a file that was replaced. */
    public record Stamp(long size, FileTime modified, Object key) {
    }

    /** The files as they are now. */
    public Look look() throws IOException {
        Map<Path, Stamp> stamps = new TreeMap<>();
        for (Path each : Files.isDirectory(path) ? jars(path) : List.of(path)) {
            BasicFileAttributes now = Files.readAttributes(each, BasicFileAttributes.class);
            stamps.put(each, new Stamp(now.size(), now.lastModifiedTime(), now.fileKey()));
        }
        return new Look(stamps);
    }

    /** In the order of their names. */
    static List<Path> jars(Path directory) throws IOException {
        return list(directory, each -> isJarName(each) && !Files.isDirectory(each));
    }

    /** A hidden file is one that a copying program has not finished, or the file manager's. */
    static boolean isJarName(Path file) {
        String name = file.getFileName().toString();
        return name.toLowerCase(Locale.ROOT).endsWith(".jar") && !name.startsWith(".");
    }

    static List<Path> list(Path directory, DirectoryStream.Filter<Path> wanted) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, wanted)) {
            stream.forEach(entries::add);
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        entries.sort(null);
        return entries;
    }
}
