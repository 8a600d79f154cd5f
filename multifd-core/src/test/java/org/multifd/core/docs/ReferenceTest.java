package org.multifd.core.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.multifd.api.MethodParameter;
import org.multifd.core.ProviderInfo;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;

/** The reference pages agree with the code. */
class ReferenceTest {

    private static final String PARAMETERS = "docs/reference/parameters.md";

    /** A row of the Javadoc's table in the page's words. */
    private static List<List<String>> javadocTable() throws IOException {
        String source = Repository.read("multifd-core/src/main/java/org/multifd/core/MigrationParameters.java");
        List<List<String>> rows = new ArrayList<>();
        Matcher row = Pattern.compile("<tr>((?:(?!</tr>)(?s:.))*<td>(?s:.*?))</tr>").matcher(source);
        while (row.find()) {
            List<String> cells = new ArrayList<>();
            Matcher cell = Pattern.compile("<td>(?s:(.*?))</td>").matcher(row.group(1));
            while (cell.find()) {
                cells.add(cell.group(1).replaceAll("\\s*\\R \\*\\s+", " ").replaceAll("\\{@link (\\w+)}", "$1"));
            }
            rows.add(cells);
        }
        return rows;
    }

    @Test
    void shouldListTheParametersOfTheJavadoc() throws Exception {
        assertEquals(javadocTable(), Repository.table(Repository.read(PARAMETERS), "name"));
    }

    @Test
    void shouldStateRangesThatTheCodeKeeps() throws Exception {
        int ranges = 0;
        for (List<String> row : Repository.table(Repository.read(PARAMETERS), "name")) {
            Matcher range = Pattern.compile("(\\d+)\\.\\.(\\d+|2\\^63-1|2\\^31-1)").matcher(row.get(1));
            if (range.matches()) {
                long min = Long.parseLong(range.group(1));
                long max = switch (range.group(2)) {
                    case "2^63-1" -> Long.MAX_VALUE;
                    case "2^31-1" -> Integer.MAX_VALUE;
                    default -> Long.parseLong(range.group(2));
                };
                assertAccepted(row.get(0), min);
                assertAccepted(row.get(0), max);
                assertRefused(row.get(0), Long.toString(min - 1), min, max);
                String beyond = max == Long.MAX_VALUE ? "9223372036854775808" : Long.toString(max + 1);
                assertRefused(row.get(0), beyond, min, max);
                ranges++;
            }
        }
        assertEquals(6, ranges);
    }

    private static void assertAccepted(String name, long value) {
        MigrationParameters.builder().set(name, value).build();
    }

    private static void assertRefused(String name, String value, long min, long max) {
        assertEquals(name + ": received " + value + ", expected " + min + ".." + max, assertThrows(
                IllegalArgumentException.class, () -> MigrationParameters.builder().set(name, value).build())
                .getMessage());
    }

    @Test
    void shouldStateTheDefaultsOfTheCode() throws Exception {
        MigrationParameters defaults = MigrationParameters.defaults();
        Map<String, Object> expected = new TreeMap<>(Map.of(
                "multifd-channels", defaults.multifdChannels(),
                "max-bandwidth", defaults.maxBandwidth(), "downtime-limit", defaults.downtimeLimit(),
                "zero-copy-send", defaults.zeroCopySend() ? "on" : "off",
                "zero-page-detection", defaults.zeroPageDetection().name().toLowerCase(Locale.ROOT),
                "sync-rule", defaults.syncRule().name().toLowerCase(Locale.ROOT), "max-rounds", defaults.maxRounds(),
                "deadline", defaults.deadline(), "timeout", defaults.timeout()));
        Map<String, Object> stated = new TreeMap<>();
        for (List<String> row : Repository.table(Repository.read(PARAMETERS), "name")) {
            if (expected.containsKey(row.get(0))) {
                stated.put(row.get(0), row.get(2));
            }
        }
        expected.replaceAll((name, value) -> value.toString());
        assertEquals(expected, stated);
        assertEquals(List.of(), defaults.multifdCompression());
        assertEquals(null, defaults.uuid());
        assertEquals(null, defaults.tlsCreds());
        assertEquals(null, defaults.tlsHostname());
        assertEquals(null, defaults.tlsAuthz());
        assertEquals(true, defaults.tlsVerifyPeer());
    }

    @Test
    void shouldListTheParametersThatMethodsDeclare() throws Exception {
        List<List<String>> declared = new ArrayList<>();
        for (ProviderInfo method : MethodRegistry.load().methods()) {
            if (method.providerClass().startsWith("org.multifd.provider")) {
                for (MethodParameter each : method.parameters()) {
                    declared.add(List.of(each.name(), each.expected(), each.defaultValue(),
                            each.help()));
                }
            }
        }
        assertEquals(declared, Repository.table(Repository.read(PARAMETERS), "declared name"));
    }

    @Test
    void shouldListEveryExitCode() throws Exception {
        List<String> codes = Stream.concat(Stream.of("0"),
                Stream.of(MigrationException.Kind.values()).map(kind -> Integer.toString(kind.exitCode()))).toList();
        assertEquals(codes, Repository.table(Repository.read("docs/reference/cli.md"), "exit code").stream()
                .map(row -> row.get(0)).toList());
    }

    @Test
    void shouldListEveryFlightRecorderEventWithItsFields() throws Exception {
        Map<String, String> events = new TreeMap<>();
        String source = Repository.read(
                "multifd-core/src/main/java/org/multifd/core/internal/channel/FlightEvents.java");
        Matcher event = Pattern.compile("@Name\\(\"([\\w.]+)\"\\)(.*?)\\n    }\n", Pattern.DOTALL).matcher(source);
        while (event.find()) {
            Matcher field = Pattern.compile("(?m)^        (?:public )?(?:boolean|int|long|String) (\\w+);$")
                    .matcher(event.group(2));
            events.put(event.group(1), field.results().map(each -> each.group(1)).collect(Collectors.joining(", ")));
        }
        Map<String, String> listed = new TreeMap<>();
        for (List<String> row : Repository.table(Repository.read("docs/howto/observe.md"), "event")) {
            listed.put(row.get(0), row.get(2));
        }
        assertEquals(events, listed);
    }

    @Test
    void shouldListEveryPackageOfCore() throws Exception {
        Path root = Repository.ROOT.resolve("multifd-core/src/main/java/org/multifd/core");
        Set<String> there = new TreeSet<>();
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(each -> each.toString().endsWith(".java"))
                    .forEach(each -> there.add("org.multifd.core" + (each.getParent().equals(root) ? ""
                            : "." + root.relativize(each.getParent()).toString().replace('/', '.'))));
        }
        assertEquals(there, Repository.table(Repository.read("docs/architecture.md"), "package").stream()
                .map(row -> row.get(0).replaceFirst("^internal", "org.multifd.core.internal"))
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void shouldLinkOnlyToWhatIsThere() throws Exception {
        int links = 0;
        for (Path page : Repository.pages()) {
            Matcher link = Pattern.compile("]\\((?!https?:)([^)#]+)(?:#[^)]*)?\\)").matcher(Files.readString(page));
            while (link.find()) {
                assertTrue(Files.exists(page.resolveSibling(link.group(1))), page + " links to " + link.group(1));
                links++;
            }
        }
        assertTrue(links > 10, links + " links");
    }
}
