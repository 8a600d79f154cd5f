package org.multifd.cli.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where an installed provider came from. It lies beside the jars as a hidden file, which no provider is given.
 *
 * @param source the coordinates, or the path of a zip or directory
 * @param repository the id of the Maven repository, or ""
 * @param methods the names of its methods, with blanks between them
 */
public record Origin(String source, String repository, String methods) {

    static final String FILE = ".origin";

    private static final int GROUP_AND_ARTIFACT = 2;

    String text() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("source", source);
        lines.put("repository", repository);
        lines.put("methods", methods);
        return lines.entrySet().stream().map(each -> each.getKey() + '=' + each.getValue().replaceAll("\\v", " ")
                + '\n').collect(Collectors.joining());
    }

    /** Reads it; null where there is none. */
    static Origin read(Path directory) {
        try {
            Map<String, String> lines = Files.readAllLines(directory.resolve(FILE)).stream()
                    .filter(each -> each.indexOf('=') > 0).collect(Collectors.toMap(
                            each -> each.substring(0, each.indexOf('=')), each -> each.substring(each.indexOf('=') + 1),
                            (first, second) -> first));
            return new Origin(lines.getOrDefault("source", ""), lines.getOrDefault("repository", ""),
                    lines.getOrDefault("methods", ""));
        } catch (IOException e) {
            return null;
        }
    }

    /** Whether two are versions of one thing: the same group and artifact, or the same file. */
    boolean isOfOneSource(Origin other) {
        return unversioned().equals(other.unversioned());
    }

    private String unversioned() {
        String[] parts = source.split(":", -1);
        return isCoordinates() ? parts[0] + ':' + parts[1] : source;
    }

    private boolean isCoordinates() {
        return source.indexOf('/') < 0 && source.split(":", -1).length > GROUP_AND_ARTIFACT;
    }
}
