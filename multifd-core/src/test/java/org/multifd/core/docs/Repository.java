package org.multifd.core.docs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The source tree, for tests that hold its documents to its code. */
public final class Repository {

    static final Path ROOT = Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();

    private Repository() {
    }

    static String read(String file) throws IOException {
        return Files.readString(ROOT.resolve(file));
    }

    /** Every page: the top level's and those below docs. */
    static List<Path> pages() throws IOException {
        try (Stream<Path> top = Files.list(ROOT); Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(top, docs).filter(file -> file.toString().endsWith(".md")).sorted().toList();
        }
    }

    /** The lines between a marker's line and the next one that is the end's, without their common indentation. */
    static String between(String text, String marker, String end) {
        List<String> lines = text.lines().toList();
        List<String> stripped = lines.stream().map(String::strip).toList();
        int first = stripped.indexOf(marker) + 1;
        int length = stripped.subList(first, lines.size()).indexOf(end);
        assertTrue(first > 0 && length >= 0, "a region from " + marker + " to " + end);
        return String.join("\n", lines.subList(first, first + length)).stripIndent() + "\n";
    }

    /** The rows of the first table whose header begins with this cell; each cell without backquotes. */
    static List<List<String>> table(String page, String firstHeader) {
        List<String> rows = page.lines().dropWhile(line -> !line.startsWith("| " + firstHeader + " |")).skip(2)
                .takeWhile(line -> line.startsWith("|")).toList();
        assertTrue(!rows.isEmpty(), "a table that begins with " + firstHeader);
        return rows.stream().map(Repository::cells).toList();
    }

    private static List<String> cells(String row) {
        return Stream.of(row.replaceAll("^\\||\\|$", "").split("\\|"))
                .map(cell -> cell.replace("`", "").strip()).toList();
    }
}
