package org.multifd.core.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** No line of Java, of a document or of a script has more than 120 characters, but for addresses and rows of tables. */
class LineLengthTest {

    private static final int COLUMNS = 120;
    private static final Set<String> SKIPPED = Set.of("target", ".git");

    private static boolean isRead(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".java") || name.endsWith(".md") || name.endsWith(".sh") || name.equals("multifd")
                || file.getParent().endsWith(".ci");
    }

    private static boolean isTooLong(Path file, String line) {
        boolean row = file.toString().endsWith(".md") && line.stripLeading().startsWith("|");
        return line.codePointCount(0, line.length()) > COLUMNS && !row && !line.contains("://");
    }

    private static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(Repository.ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return SKIPPED.contains(directory.getFileName().toString())
                        ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && isRead(file)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    @Test
    void shouldHoldAHundredAndTwentyColumns() throws IOException {
        List<Path> files = files();
        assertTrue(files.size() > 200, files.size() + " files");
        StringBuilder tooLong = new StringBuilder();
        for (Path file : files) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (isTooLong(file, lines.get(i))) {
                    tooLong.append(Repository.ROOT.relativize(file)).append(':').append(i + 1).append('\n');
                }
            }
        }
        assertEquals("", tooLong.toString());
    }
}
