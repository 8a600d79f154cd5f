package org.multifd.core.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.multifd.core.MethodRegistry;
import org.multifd.core.architecture.fixture.Relay;

/** Core's packages depend downwards only; the same rules reject a set of classes that do not. */
class PackageOrderTest {

    private static final PackageOrder CORE = new PackageOrder("org.multifd.core");
    private static final PackageOrder FIXTURE = new PackageOrder("org.multifd.core.architecture.fixture");

    private static JavaClasses core;
    private static JavaClasses fixture;

    /** Core's classes are read where its module lies: the tests' own are elsewhere. */
    @BeforeAll
    static void read() throws URISyntaxException {
        URI location = PackageOrderTest.class.getModule().getLayer().configuration().findModule("org.multifd.core")
                .orElseThrow()
                .reference().location().orElseThrow();
        core = new ClassFileImporter().importPath(Path.of(location));
        assertTrue(core.contain(MethodRegistry.class) && !core.contain(PackageOrderTest.class));
        fixture = new ClassFileImporter().importPath(Path.of(PackageOrderTest.class.getResource("fixture").toURI()));
        assertTrue(fixture.contain(Relay.class) && fixture.size() == 10, fixture.toString());
    }

    private static void assertHolds(ArchRule rule, JavaClasses classes) {
        assertEquals("", String.join("\n", rule.evaluate(classes).getFailureReport().getDetails()),
                rule.getDescription());
    }

    private static void assertBroken(ArchRule rule, String by) {
        String details = String.join("\n", rule.evaluate(fixture).getFailureReport().getDetails());
        assertTrue(details.contains(by), rule.getDescription() + ": " + details);
    }

    @Test
    void shouldDependOnLowerFloorsOnly() {
        for (ArchRule rule : CORE.floors()) {
            assertHolds(rule, core);
        }
        assertHolds(CORE.lowValues(), core);
    }

    @Test
    void shouldNameNoEntryPointBelow() {
        assertHolds(CORE.noEntryPoints(), core);
    }

    @Test
    void shouldKeepTheEndsAndUnrelatedFloorsApart() {
        for (ArchRule rule : CORE.ends()) {
            assertHolds(rule, core);
        }
        for (ArchRule rule : CORE.unrelated()) {
            assertHolds(rule, core);
        }
    }

    @Test
    void shouldHaveNoCyclesAndNothingBesideTheFloors() {
        assertHolds(CORE.noCycles(), core);
        assertHolds(CORE.nothingBeside(), core);
    }

    @Test
    void shouldUseNothingButTheApiTheLoggingFacadeAndTheJdk() {
        assertHolds(CORE.dependencies(), core);
        Set<String> modules = PackageOrderTest.class.getModule().getDescriptor().requires().stream().map(Requires::name)
                .filter(name -> !name.startsWith("java.") && !name.startsWith("jdk.")).collect(Collectors.toSet());
        assertEquals(Set.of("org.multifd.api", "org.slf4j"), modules);
    }

    @Test
    void shouldExportTheApiOnly() {
        Set<String> exported = PackageOrderTest.class.getModule().getDescriptor().exports().stream()
                .filter(each -> !each.isQualified()).map(Exports::source).collect(Collectors.toSet());
        assertEquals(Set.of("org.multifd.core"), exported);
    }

    @Test
    void shouldRejectAnArrowThatPointsUp() {
        assertBroken(FIXTURE.floors().get(0), "internal.wire.KnowsRam");
        assertBroken(FIXTURE.floors().get(0), "internal.wire.KnowsApi");
        assertBroken(FIXTURE.floors().get(1), "internal.ram.KnowsStream");
        assertHolds(FIXTURE.floors().get(7), fixture);
    }

    @Test
    void shouldRejectAnEntryPointBelowAndAValueAbove() {
        assertBroken(FIXTURE.noEntryPoints(), "internal.migration.KnowsTheApi.entryPoint");
        assertBroken(FIXTURE.lowValues(), "fixture.MigrationStats.up");
        String details = String.join("", FIXTURE.noEntryPoints().evaluate(fixture).getFailureReport().getDetails());
        assertFalse(details.contains("KnowsTheApi.value"), details);
    }

    @Test
    void shouldRejectUnrelatedFloorsThatKnowEachOther() {
        assertBroken(FIXTURE.unrelated().get(1), "internal.provider.KnowsRam");
        assertBroken(FIXTURE.unrelated().get(2), "internal.transport.KnowsRamAndMethod");
        assertBroken(FIXTURE.unrelated().get(3), "internal.transport.KnowsRamAndMethod");
    }

    @Test
    void shouldRejectCyclesAndPackagesOnNoFloor() {
        assertBroken(FIXTURE.noCycles(), "Cycle detected");
        assertBroken(FIXTURE.nothingBeside(), "internal.attic.Lost");
    }

    @Test
    void shouldRejectAForeignModule() {
        assertBroken(FIXTURE.dependencies(), "internal.stream.KnowsACodec");
    }
}
