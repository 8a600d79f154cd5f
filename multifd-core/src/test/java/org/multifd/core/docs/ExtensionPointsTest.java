package org.multifd.core.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The classes, files and tests that the recipes name are there. */
class ExtensionPointsTest {

    private static final Pattern QUOTED = Pattern.compile("`([^` ]+)`");
    private static final Pattern CLASS = Pattern.compile("[A-Z][A-Za-z]+[a-z]");

    private static Set<String> classes() throws IOException {
        Set<String> classes = new HashSet<>();
        try (Stream<Path> modules = Files.list(Repository.ROOT)) {
            for (Path sources : modules.map(module -> module.resolve("src")).filter(Files::isDirectory).toList()) {
                try (Stream<Path> files = Files.walk(sources)) {
                    files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".java"))
                            .forEach(name -> classes.add(name.substring(0, name.length() - ".java".length())));
                }
            }
        }
        return classes;
    }

    @Test
    void shouldNameWhatExists() throws IOException {
        Set<String> classes = classes();
        List<String> names = QUOTED.matcher(Repository.read("docs/reference/extension-points.md")).results()
                .map(found -> found.group(1)).toList();
        List<String> named = names.stream().map(name -> name.replaceAll("\\..*", ""))
                .filter(name -> CLASS.matcher(name).matches()).distinct().toList();
        assertTrue(named.size() >= 10, "classes: " + named);
        assertEquals(List.of(), named.stream().filter(name -> !classes.contains(name)).toList());
        List<String> paths = names.stream().filter(name -> name.matches("\\.ci/.+|examples/.+|.+/pom\\.xml|pom\\.xml"))
                .toList();
        assertTrue(paths.size() >= 4, "paths: " + paths);
        assertEquals(List.of(), paths.stream().filter(name -> !Files.exists(Repository.ROOT.resolve(name))).toList());
    }

    @Test
    void shouldSayOfEachWhatCatchesOneWhoForgets() throws IOException {
        List<String> rows = Repository.read("docs/reference/extension-points.md").lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| you want")).toList();
        assertTrue(rows.size() >= 20, rows.size() + " rows");
        assertEquals(List.of(), rows.stream().filter(row -> row.replaceAll("^\\||\\|$", "").split("\\|").length != 4
                || row.matches(".*\\|\\s*\\|$")).toList());
    }
}
