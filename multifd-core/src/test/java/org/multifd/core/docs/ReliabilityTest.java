package org.multifd.core.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.multifd.core.fault.Fault;

/** Each row of the page on reliability names a test that there is, and faults that the harness has. */
class ReliabilityTest {

    private static final Pattern WORD = Pattern.compile("\\b[A-Z]{3,}\\b");
    private static final Pattern TEST = Pattern.compile("\\w+Test\\b");

    private static Set<String> tests() throws IOException {
        try (Stream<Path> files = Files.walk(Repository.ROOT, 12)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith("Test.java"))
                    .map(name -> name.substring(0, name.length() - ".java".length())).collect(Collectors.toSet());
        }
    }

    @Test
    void shouldNameTestsThatAreThere() throws Exception {
        Set<String> tests = tests();
        Set<String> harness = Stream.concat(Stream.of(Fault.Kind.values()).map(Enum::name),
                Stream.of("ORDER", "UNCONFIRMED"))
                .collect(Collectors.toSet());
        List<String> missing = new ArrayList<>();
        for (List<String> row : Repository.table(Repository.read("docs/reliability.md"), "fault")) {
            assertEquals(6, row.size(), row.toString());
            List<String> named = TEST.matcher(row.get(5)).results().map(MatchResult::group).toList();
            assertTrue(!named.isEmpty(), "no test: " + row);
            WORD.matcher(row.get(5)).results().map(MatchResult::group).filter(word -> !harness.contains(word))
                    .forEach(missing::add);
            named.stream().filter(name -> !tests.contains(name)).forEach(missing::add);
        }
        assertEquals(List.of(), missing);
    }
}
