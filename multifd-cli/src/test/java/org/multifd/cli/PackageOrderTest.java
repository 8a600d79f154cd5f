package org.multifd.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.multifd.cli.console.Console;

/** A package of the command line knows only the packages that are named for it here. */
class PackageOrderTest {

    private static final String ROOT = "org.multifd.cli";

    /** From the lowest floor to the highest; a package stands behind all that it knows. */
    private static final Map<String, List<String>> KNOWN = new LinkedHashMap<>();

    static {
        KNOWN.put("console", List.of());
        KNOWN.put("run", List.of());
        KNOWN.put("provider", List.of());
        KNOWN.put("project", List.of());
        KNOWN.put("bench", List.of());
        KNOWN.put("report", List.of("console"));
        KNOWN.put("demo", List.of("console", "run", "provider", "report"));
        KNOWN.put("verify", List.of("console", "run", "provider"));
        KNOWN.put("install", List.of("verify"));
        KNOWN.put("option", List.of("console"));
        KNOWN.put("command", List.of("console", "run", "provider", "project", "bench", "report", "demo", "verify",
                "install", "option"));
    }

    private static ArchRule knowsNothingElse(String name, List<String> known) {
        List<String> others = new ArrayList<>(List.of(ROOT));
        KNOWN.keySet().stream().filter(each -> !each.equals(name) && !known.contains(each))
                .forEach(each -> others.add(ROOT + '.' + each));
        return noClasses().that().resideInAPackage(ROOT + '.' + name).should().dependOnClassesThat()
                .resideInAnyPackage(others.toArray(String[]::new));
    }

    private static String broken(ArchRule rule, JavaClasses classes) {
        return String.join("\n", rule.evaluate(classes).getFailureReport().getDetails());
    }

    /** The classes of the command line, without its tests. */
    private static JavaClasses commandLine() throws Exception {
        URI location = Console.class.getModule().isNamed()
                ? PackageOrderTest.class.getModule().getLayer().configuration().findModule(ROOT).orElseThrow()
                .reference()
                        .location().orElseThrow()
                : Console.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        JavaClasses classes = new ClassFileImporter().importPath(Path.of(location));
        assertTrue(classes.contain(Console.class) && !classes.contain(PackageOrderTest.class));
        return classes;
    }

    @Test
    void shouldKnowOnlyWhatIsNamed() throws Exception {
        JavaClasses classes = commandLine();
        for (Map.Entry<String, List<String>> each : KNOWN.entrySet()) {
            assertEquals("", broken(knowsNothingElse(each.getKey(), each.getValue()), classes), each.getKey());
        }
    }

    @Test
    void shouldNameOnlyLowerFloorsAndEveryPackage() throws Exception {
        List<String> floors = new ArrayList<>(KNOWN.keySet());
        KNOWN.forEach((name, known) -> assertTrue(floors.subList(0, floors.indexOf(name)).containsAll(known), name));
        List<String> packages = new ArrayList<>(List.of(ROOT));
        floors.forEach(each -> packages.add(ROOT + '.' + each));
        assertEquals("", broken(classes().should().resideInAnyPackage(packages.toArray(String[]::new)), commandLine()));
    }

    @Test
    void shouldRejectAPackageThatKnowsMore() throws Exception {
        assertTrue(broken(knowsNothingElse("report", List.of()), commandLine()).contains("report.ReceiveReport"));
    }
}
