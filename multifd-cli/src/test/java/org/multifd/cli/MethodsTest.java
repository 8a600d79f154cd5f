package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.multifd.core.MethodRegistry;

class MethodsTest {

    @Test
    void shouldListWhatIsFound() {
        Run run = Run.of("methods");
        assertEquals(0, run.code(), run.err());
        assertEquals("", run.err());
        for (String method : List.of("none", "zlib", "zstd", "lz4")) {
            assertEquals(1, run.outLines().stream().filter(line -> line.startsWith(method + " ")
                    && line.contains("  usable      1  org.multifd.provider.")).count(), run.out());
        }
        String words = run.out().replaceAll("\\s+", " ");
        assertTrue(words.contains(" multifd-zlib-level 0..9 (1): "), run.out());
        assertTrue(words.contains(" multifd-zstd-level 0..20 (1): "), run.out());
    }

    @Test
    void shouldSayWhyAMethodIsUnusable() {
        MethodRegistry registry = MethodRegistry.of(PlainMethods.working("plain"),
                PlainMethods.unusable("special",
                "there is no such library on this machine, which is why this line has to be "
                        + "broken in two or three; install it"));
        Run run = Run.with(registry, "methods");
        assertEquals(0, run.code(), run.err());
        List<String> lines = run.outLines();
        int row = lines.indexOf(lines.stream().filter(line -> line.startsWith("special ")).findFirst().orElseThrow());
        assertTrue(lines.get(row).startsWith("special   unusable    1  "), lines.get(row));
        assertEquals("          there is no such library on this machine, which is why this line has",
                lines.get(row + 1));
        assertEquals("          to be broken in two or three; install it", lines.get(row + 2));
        assertEquals("          multifd-special-effort -1..7 (2): 100 % effort, for $5", lines.get(row + 3));
    }

    @Test
    void shouldTellProgramsInJson() {
        MethodRegistry registry = MethodRegistry.of(PlainMethods.working("plain"),
                PlainMethods.unusable("special", "no \"library\"\u00a7"));
        Run run = Run.with(registry, "methods", "--json");
        assertEquals(0, run.code(), run.err());
        List<Map<String, Object>> lines = run.outLines().stream().map(JsonReader::object).toList();
        assertEquals(List.of("plain", "special"), lines.stream().map(line -> line.get("method")).toList());
        assertEquals(List.of("usable", "unusable"), lines.stream().map(line -> line.get("state")).toList());
        assertEquals("no \"library\"\u00a7", lines.get(1).get("detail"));
        assertEquals(List.of(Map.of("name", "multifd-plain-effort", "type", "integer", "expected", "-1..7",
                "min", -1.0, "max", 7.0, "default", 2.0, "help", "100 % effort, for $5")),
                lines.get(0).get("parameters"));
    }

    @Test
    void shouldFailWhenNothingIsUsable() {
        Run run = Run.with(MethodRegistry.of(), "methods");
        assertEquals("multifd: no usable method found; put the provider's jar on the module path or name it with "
                + "--provider-path" + System.lineSeparator(),
                run.err());
        assertEquals(5, run.code());
    }
}
