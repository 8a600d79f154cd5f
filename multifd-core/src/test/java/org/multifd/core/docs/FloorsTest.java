package org.multifd.core.docs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.multifd.core.MigrationSource;

/** Core's packages stand on floors: those of the table in the architecture's page, lowest first. */
class FloorsTest {

    private static final String CORE = "org.multifd.core";

    private static JavaClasses classes;

    @BeforeAll
    static void readClasses() throws Exception {
        classes = new ClassFileImporter()
                .importPath(Path.of(MigrationSource.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    }

    private static List<String> floors() throws Exception {
        return Repository.table(Repository.read("docs/architecture.md"), "package").stream()
                .map(row -> row.get(0).equals(CORE) ? CORE : CORE + '.' + row.get(0)).toList();
    }

    @Test
    void shouldListEveryPackage() throws Exception {
        Set<String> there = classes.stream().map(each -> each.getPackage().getName()).filter(name -> !name.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(there, new TreeSet<>(floors()));
    }

    @Test
    void shouldUseOnlyWhatIsBelow() throws Exception {
        List<String> floors = floors();
        for (int i = 0; i < floors.size() - 1; i++) {
            String[] above = floors.subList(i + 1, floors.size()).toArray(String[]::new);
            noClasses().that().resideInAPackage(floors.get(i)).should().dependOnClassesThat().resideInAnyPackage(above)
                    .check(classes);
        }
    }

    @Test
    void shouldKnowNoProviderAndNoCodec() {
        noClasses().should().dependOnClassesThat().resideInAnyPackage("org.multifd.provider..", "java.util.zip..",
                "com.github.luben..", "net.jpountz..").check(classes);
    }
}
