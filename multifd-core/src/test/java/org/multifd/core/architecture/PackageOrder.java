package org.multifd.core.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;

/** Core's floors, as rules over any root package: arrows point down only. */
final class PackageOrder {

    /** Lowest first; a floor that does not exist yet holds nobody back. */
    private static final List<String> FLOORS = List.of("wire", "ram", "layer", "method", "transport", "channel", "stream", "snapshot");

    private final String root;

    PackageOrder(String root) {
        this.root = root;
    }

    private String floor(String name) {
        return root + "." + name + "..";
    }

    /** One for each floor: nothing above it is known there, the root package, which is the roof, least of all. */
    List<ArchRule> floors() {
        List<ArchRule> rules = new ArrayList<>();
        for (int i = 0; i < FLOORS.size(); i++) {
            List<String> above = new ArrayList<>(List.of(root));
            FLOORS.subList(i + 1, FLOORS.size()).forEach(name -> above.add(floor(name)));
            rules.add(noClasses().that().resideInAPackage(floor(FLOORS.get(i)))
                    .should().dependOnClassesThat().resideInAnyPackage(above.toArray(String[]::new))
                    .allowEmptyShould(true).because("arrows point down only (architecture: packages of core)"));
        }
        return rules;
    }

    /** Two neighbours that could know each other, and do not. */
    List<ArchRule> strangers() {
        return List.of(notToKnow("layer", "ram"), notToKnow("method", "ram"), notToKnow("transport", "ram"), notToKnow("transport", "method"));
    }

    private ArchRule notToKnow(String floor, String other) {
        return noClasses().that().resideInAPackage(floor(floor)).should().dependOnClassesThat().resideInAPackage(floor(other))
                .allowEmptyShould(true).because("how bytes travel, what methods there are and whose pages they carry are three things");
    }

    ArchRule noCycles() {
        return slices().matching(root + ".(*)..").should().beFreeOfCycles();
    }

    /** A package that is on no floor would escape the rules. */
    ArchRule nothingBeside() {
        List<String> known = new ArrayList<>(List.of(root));
        FLOORS.forEach(name -> known.add(floor(name)));
        return classes().that().resideInAPackage(root + "..").should().resideInAnyPackage(known.toArray(String[]::new));
    }

    /** The API, the logging facade and the JDK; no codec, no provider. */
    ArchRule dependencies() {
        return noClasses().that().resideInAPackage(root + "..").should().dependOnClassesThat()
                .resideOutsideOfPackages(root + "..", "org.multifd.api..", "org.slf4j", "java..", "javax..", "jdk.jfr..");
    }
}
