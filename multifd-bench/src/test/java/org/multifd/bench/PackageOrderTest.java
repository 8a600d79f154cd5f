package org.multifd.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A package of the benchmarks depends only on lower ones; the command stands above all of them. */
class PackageOrderTest {

    private static final String ROOT = "org.multifd.bench";

    /** The floors, lowest first. */
    private static final List<String> FLOORS = List.of("data", "figure", "method", "qemu", "packet", "link",
            "endtoend");

    /** The benchmarks' classes without their tests; JMH's generated ones lie below {@code packet}. */
    private static JavaClasses benchmarks() throws Exception {
        JavaClasses classes = new ClassFileImporter()
                .importUrl(Main.class.getProtectionDomain().getCodeSource().getLocation());
        assertTrue(classes.contain(Main.class) && !classes.contain(PackageOrderTest.class));
        return classes;
    }

    private static ArchRule knowsNothingAbove(String floor) {
        List<String> above = new ArrayList<>(List.of(ROOT));
        FLOORS.subList(FLOORS.indexOf(floor) + 1, FLOORS.size()).forEach(each -> above.add(ROOT + '.' + each + ".."));
        return noClasses().that().resideInAPackage(ROOT + '.' + floor + "..").should().dependOnClassesThat()
                .resideInAnyPackage(above.toArray(String[]::new));
    }

    private static String broken(ArchRule rule, JavaClasses classes) {
        return String.join("\n", rule.evaluate(classes).getFailureReport().getDetails());
    }

    @Test
    void shouldDependOnLowerFloorsOnly() throws Exception {
        JavaClasses classes = benchmarks();
        for (String floor : FLOORS) {
            assertEquals("", broken(knowsNothingAbove(floor), classes), floor);
        }
    }

    @Test
    void shouldHaveNoPackageBeside() throws Exception {
        List<String> known = new ArrayList<>(List.of(ROOT));
        FLOORS.forEach(each -> known.add(ROOT + '.' + each + ".."));
        assertEquals("", broken(classes().should().resideInAnyPackage(known.toArray(String[]::new)), benchmarks()));
    }

    @Test
    void shouldRejectAFloorThatKnowsAHigherOne() throws Exception {
        ArchRule rule = noClasses().that().resideInAPackage(ROOT + ".endtoend..").should().dependOnClassesThat()
                .resideInAPackage(ROOT + ".data..");
        assertTrue(broken(rule, benchmarks()).contains("RamImage"));
    }
}
