package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.cli.console.Console;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The page of the command line has the options that there are, and no others. */
class ReferenceTest {

    /** Told once for all commands. */
    private static final Set<String> COMMON = Set.of("--help", "--verbose");

    /** Of the tests' own method, in the page's words. */
    private static final String DECLARED = "--multifd-METHOD-…";

    private static CommandLine commandLine(String command) throws MigrationException {
        Console console = new Console(Run.stream(new ByteArrayOutputStream()), Run.stream(new ByteArrayOutputStream()),
                false, 80);
        return new Cli(console, () -> MethodRegistry.of(PlainMethods.working("plain"))).commandLine(List.of(command));
    }

    private static String page() throws IOException {
        return Files.readString(Path.of("..", "docs", "reference", "cli.md"));
    }

    /** What stands in the first column of the section's table. */
    private static Set<String> documented(String command) throws IOException {
        Matcher section = Pattern.compile("(?ms)^## " + command + "$(.*?)(?=^## )").matcher(page());
        Set<String> names = new TreeSet<>();
        if (section.find()) {
            Matcher row = Pattern.compile("(?m)^\\| (`-.*?`) \\| ").matcher(section.group(1));
            while (row.find()) {
                Matcher name = Pattern.compile("`(--[^ `]+)").matcher(row.group(1));
                while (name.find()) {
                    names.add(name.group(1));
                }
            }
        }
        return names;
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "receive", "send", "relay", "inspect", "bench", "methods", "verify",
            "new-provider", "install", "installed", "remove"})
    void shouldListEveryOptionAndNoOther(String command) throws Exception {
        Set<String> there = new TreeSet<>();
        for (OptionSpec each : commandLine(command).getSubcommands().get(command).getCommandSpec().options()) {
            for (String name : each.names()) {
                if (name.startsWith("--") && !COMMON.contains(name)) {
                    there.add(name.equals("--multifd-plain-effort") ? DECLARED : name);
                }
            }
        }
        assertEquals(there, documented(command));
    }

    @Test
    void shouldHaveASectionForEveryCommand() throws Exception {
        Set<String> sections = new TreeSet<>();
        Matcher heading = Pattern.compile("(?m)^## ([a-z-]+)$").matcher(page());
        while (heading.find()) {
            sections.add(heading.group(1));
        }
        assertEquals(new TreeSet<>(commandLine("").getSubcommands().keySet()), sections);
    }
}
