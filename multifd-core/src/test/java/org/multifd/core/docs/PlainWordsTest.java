package org.multifd.core.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Idioms that readers stumbled over are in no document and in no comment of the main sources. */
class PlainWordsTest {

    private static final Pattern IDIOM = Pattern.compile("\\b(ours|strangers?|for ever|comes? along|costs only itself|"
            + "whose matter)\\b", Pattern.CASE_INSENSITIVE);

    private static boolean isRead(Path file) {
        String name = Repository.ROOT.relativize(file).toString();
        return !name.contains("target/") && !name.startsWith("multifd-bench") && !name.endsWith("performance.md")
                && (name.endsWith(".md") || name.endsWith(".java") && name.contains("src/main/"));
    }

    private static boolean isProse(Path file, String line) {
        String text = line.strip();
        return file.toString().endsWith(".md") || text.startsWith("*") || text.startsWith("/*") || text.contains("// ");
    }

    @Test
    void shouldNotUseThem() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(Repository.ROOT)) {
            files = all.filter(Files::isRegularFile).filter(PlainWordsTest::isRead).sorted().toList();
        }
        assertTrue(files.size() > 200, files.size() + " files");
        List<String> found = new ArrayList<>();
        for (Path file : files) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (isProse(file, lines.get(i)) && IDIOM.matcher(lines.get(i)).find()) {
                    found.add(Repository.ROOT.relativize(file) + ":" + (i + 1) + ": " + lines.get(i).strip());
                }
            }
        }
        assertEquals(List.of(), found);
    }
}
