package org.multifd.tck;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.multifd.tck.internal.rule.Checks;

/**
 * The kit's floors, from the lowest: test data, the values of the exported package, the harness that drives a provider,
 * the rules' checks, the entry points of the exported package. Each depends on lower ones only.
 */
class PackageOrderTest {

    private static final String ROOT = "org.multifd.tck";
    private static final String DATA = ROOT + ".internal.data";
    private static final String HARNESS = ROOT + ".internal.harness";
    private static final String RULE = ROOT + ".internal.rule";

    /** The values of the exported package; all its other types are entry points. */
    private static final Set<String> VALUES = Set.of("Oracle", "Report", "Rule", "RuleResult", "Subject");

    private static JavaClasses kit;

    @BeforeAll
    static void read() throws Exception {
        Module module = PackageOrderTest.class.getModule();
        Path location = Path.of(module.isNamed()
                ? module.getLayer().configuration().findModule(ROOT).orElseThrow().reference().location().orElseThrow()
                : Rule.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        kit = new ClassFileImporter().importPath(location);
        assertTrue(kit.contain(Rule.class) && !kit.contain(PackageOrderTest.class));
    }

    private static DescribedPredicate<JavaClass> values() {
        return DescribedPredicate.describe("values", type -> type.getBaseComponentType().getPackageName().equals(ROOT)
                && VALUES.contains(type.getBaseComponentType().getName().substring(ROOT.length() + 1).split("\\$")[0]));
    }

    private static DescribedPredicate<JavaClass> entryPoints() {
        return DescribedPredicate.describe("entry points",
                type -> type.getBaseComponentType().getPackageName().equals(ROOT) && !values().test(type));
    }

    private static ArchRule not(DescribedPredicate<JavaClass> floor, DescribedPredicate<JavaClass> above) {
        return noClasses().that(floor).should().dependOnClassesThat(above);
    }

    private static String broken(ArchRule rule) {
        return String.join("\n", rule.evaluate(kit).getFailureReport().getDetails());
    }

    @Test
    void shouldDependOnLowerFloorsOnly() {
        assertEquals("", broken(not(resideInAnyPackage(DATA), resideInAnyPackage(ROOT, HARNESS, RULE))));
        assertEquals("", broken(not(values(), resideInAnyPackage(HARNESS, RULE).or(entryPoints()))));
        assertEquals("", broken(not(resideInAnyPackage(HARNESS), resideInAnyPackage(RULE).or(entryPoints()))));
        assertEquals("", broken(not(resideInAnyPackage(RULE), entryPoints())));
        assertEquals("", broken(classes().should().resideInAnyPackage(ROOT, DATA, HARNESS, RULE)));
    }

    @Test
    void shouldRejectAnArrowThatPointsUp() {
        assertTrue(broken(not(resideInAnyPackage(RULE), values())).contains("internal.rule.Checks"));
        assertTrue(broken(not(entryPoints(), resideInAnyPackage(RULE))).contains("tck.Conformance"));
    }

    @Test
    void shouldCheckEveryRuleOfAProvidersSide() {
        for (Rule each : Rule.values()) {
            assertEquals(each.coresSide(), !Checks.has(each), each.number());
        }
    }
}
