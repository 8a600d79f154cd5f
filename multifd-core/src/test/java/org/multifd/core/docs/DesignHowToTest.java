package org.multifd.core.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.api.MultiFDMethods;

/** The how-to on designing a codec: its code compiles, and the tests and rules that its table names are there. */
class DesignHowToTest {

    private static final String PAGE = "docs/howto/design-a-codec.md";
    private static final Pattern CODE = Pattern.compile("(?s)```java\\n(.*?)```");
    private static final String IMPORTS = "import java.io.*;\nimport java.nio.*;\nimport java.nio.file.*;\n"
            + "import java.util.*;\nimport java.util.concurrent.*;\nimport org.multifd.api.*;\n";

    @TempDir
    Path temp;

    @Test
    void shouldCompile() throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-cp", Path.of(MultiFDMethods.class.getProtectionDomain()
                .getCodeSource().getLocation().toURI()).toString(), "-d", temp.toString()));
        Matcher code = CODE.matcher(Repository.read(PAGE));
        int blocks = 0;
        while (code.find()) {
            Path file = Files.createDirectories(temp.resolve("wish" + ++blocks)).resolve("Wish.java");
            Files.writeString(file, "package wish" + blocks + ";\n" + IMPORTS + code.group(1));
            arguments.add(file.toString());
        }
        assertTrue(blocks > 5, blocks + " blocks");
        PrintWriter messages = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        assertEquals(0, ToolProvider.findFirst("javac").orElseThrow().run(messages, messages,
                arguments.toArray(String[]::new)));
    }

    @Test
    void shouldNameTestsAndRulesThatExist() throws Exception {
        Set<String> tests;
        try (Stream<Path> files = Files.walk(Repository.ROOT.resolve("multifd-core/src/test/java"))) {
            tests = files.map(file -> file.getFileName().toString().replace(".java", "")).collect(Collectors.toSet());
        }
        Set<String> rules = Repository.table(Repository.read("docs/reference/provider-contract.md"), "rule").stream()
                .map(row -> row.get(0)).collect(Collectors.toSet());
        for (List<String> row : Repository.table(Repository.read(PAGE), "wish")) {
            for (String test : row.get(3).split(", ")) {
                assertTrue(tests.contains(test), test);
            }
            for (String rule : row.get(2).isEmpty() ? new String[0] : row.get(2).split(", ")) {
                assertTrue(rules.contains(rule), rule);
            }
        }
    }
}
