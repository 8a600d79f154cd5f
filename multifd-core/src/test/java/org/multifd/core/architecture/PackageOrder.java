package org.multifd.core.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Core's floors, as rules over any root package: a package depends only on lower floors. The exported root package
 * holds two kinds of types: values, which stand below {@code internal.migration}, and entry points, which stand above
 * everything. The one failure that a program sees is a value that every floor may throw.
 */
final class PackageOrder {

    /** The lower floors, lowest first. None of them depends on the exported package, {@link #FAILURE} apart. */
    static final List<String> LOWER = List.of("wire", "ram", "provider.layer", "provider", "transport", "negotiation",
            "channel", "stream", "frames", "snapshot");

    /** Above the values: what the ends of a migration share. */
    static final String SHARED = "migration";

    /** Above that. None of them depends on another. */
    static final List<String> ENDS = List.of("incoming", "outgoing", "relay");

    /** The values of the exported package. All its other types are entry points. */
    static final Set<String> VALUES = Set.of("DirtyLog", "FileUri", "Guest", "MigrationException",
            "MigrationParameters", "MigrationStats", "PostcopyStats", "RelayStats", "SyncRule", "ZeroPageDetection");

    /** The value that stands below all floors. */
    static final String FAILURE = "MigrationException";

    private static final String BECAUSE = "a package depends only on lower floors (docs/architecture.md)";

    private final String root;

    PackageOrder(String root) {
        this.root = root;
    }

    private String floor(String name) {
        return root + ".internal." + name + (name.equals("provider") ? "" : "..");
    }

    private DescribedPredicate<JavaClass> values() {
        return DescribedPredicate.describe("values of " + root, type -> inRoot(type)
                && VALUES.contains(type.getBaseComponentType().getName().substring(root.length() + 1).split("\\$")[0]));
    }

    private boolean inRoot(JavaClass type) {
        return type.getBaseComponentType().getPackageName().equals(root);
    }

    private DescribedPredicate<JavaClass> entryPoints() {
        return DescribedPredicate.describe("entry points of " + root,
                type -> inRoot(type) && !values().test(type));
    }

    private ArchRule notToKnow(String floor, List<String> others) {
        return noClasses().that().resideInAPackage(floor(floor)).should().dependOnClassesThat(
                JavaClass.Predicates.resideInAnyPackage(others.toArray(String[]::new)).and(notTheFailure()))
                .allowEmptyShould(true).because(BECAUSE);
    }

    private DescribedPredicate<JavaClass> notTheFailure() {
        return DescribedPredicate.describe("not " + FAILURE,
                type -> !type.getBaseComponentType().getName().split("\\$")[0].equals(root + "." + FAILURE));
    }

    /** One for each floor, from the lowest to {@link #SHARED}: it knows no package above it. */
    List<ArchRule> floors() {
        List<ArchRule> rules = new ArrayList<>();
        for (int i = 0; i < LOWER.size(); i++) {
            List<String> above = new ArrayList<>(List.of(root, floor(SHARED)));
            LOWER.subList(i + 1, LOWER.size()).forEach(name -> above.add(floor(name)));
            ENDS.forEach(name -> above.add(floor(name)));
            rules.add(notToKnow(LOWER.get(i), above));
        }
        rules.add(notToKnow(SHARED, ENDS.stream().map(this::floor).toList()));
        return rules;
    }

    /** The ends do not know each other: what two of them need is in {@link #SHARED} or below. */
    List<ArchRule> ends() {
        return ENDS.stream().map(end -> notToKnow(end, ENDS.stream().filter(other -> !other.equals(end))
                .map(this::floor).toList()))
                .toList();
    }

    /** Nothing internal names an entry point. */
    ArchRule noEntryPoints() {
        return noClasses().that().resideInAPackage(root + ".internal..").should().dependOnClassesThat(entryPoints())
                .because(BECAUSE);
    }

    /** A value knows lower floors and other values only. */
    ArchRule lowValues() {
        List<String> above = new ArrayList<>(List.of(floor(SHARED)));
        ENDS.forEach(name -> above.add(floor(name)));
        return noClasses().that(values()).should().dependOnClassesThat(
                entryPoints().or(JavaClass.Predicates.resideInAnyPackage(above.toArray(String[]::new))))
                .because(BECAUSE);
    }

    /** Packages of lower floors that could know each other, and do not. */
    List<ArchRule> unrelated() {
        return List.of(notToKnow("provider.layer", List.of(floor("ram"))), notToKnow("provider", List.of(floor("ram"))),
                notToKnow("transport", List.of(floor("ram"))), notToKnow("transport", List.of(floor("provider"))));
    }

    ArchRule noCycles() {
        return slices().matching(root + ".internal.(*)..").should().beFreeOfCycles();
    }

    /** A package that is on no floor would escape the rules. */
    ArchRule nothingBeside() {
        List<String> known = new ArrayList<>(List.of(root, floor(SHARED)));
        LOWER.forEach(name -> known.add(floor(name)));
        ENDS.forEach(name -> known.add(floor(name)));
        return classes().that().resideInAPackage(root + "..").should().resideInAnyPackage(known.toArray(String[]::new));
    }

    /** The API, the logging facade and the JDK; no codec, no provider. */
    ArchRule dependencies() {
        return noClasses().that().resideInAPackage(root + "..").should().dependOnClassesThat()
                .resideOutsideOfPackages(root + "..", "org.multifd.api..", "org.slf4j", "java..", "javax..",
                "jdk.jfr..");
    }
}
