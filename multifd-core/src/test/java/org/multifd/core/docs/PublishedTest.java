package org.multifd.core.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The BOM has no parent to inherit from: what it repeats is held to the parent's here. */
class PublishedTest {

    private static final Set<String> NOT_PUBLISHED = Set.of("multifd-cli", "multifd-bench", "multifd-fuzz",
            "multifd-lock", "multifd-install");

    private static List<String> all(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1)).toList();
    }

    private static String element(String name, String pom) {
        return all("(?s)\\n  <" + name + "[^>]*>(.*?)</" + name + ">", pom).get(0).strip();
    }

    @Test
    void shouldNameEveryLibraryInTheBomWithTheOneVersion() throws IOException {
        String root = Repository.read("pom.xml");
        String bom = Repository.read("multifd-bom/pom.xml");
        Set<String> libraries = all("<module>(.*?)</module>", root).stream()
                .filter(module -> !module.equals("multifd-bom") && !NOT_PUBLISHED.contains(module))
                .collect(Collectors.toCollection(TreeSet::new));
        String managed = bom.substring(bom.indexOf("<dependencyManagement>"));
        assertEquals(libraries, new TreeSet<>(all("<artifactId>(.*?)</artifactId>", managed)));
        String version = element("version", root);
        assertTrue(all("<version>(.*?)</version>", bom).stream().allMatch(version::equals), bom);
        assertEquals(1 + libraries.size(), all("<version>(.*?)</version>", bom).size());
    }

    @Test
    void shouldDescribeTheBomAsItsSiblings() throws IOException {
        String root = Repository.read("pom.xml");
        String bom = Repository.read("multifd-bom/pom.xml");
        for (String name : List.of("url", "inceptionYear", "licenses", "developers", "scm")) {
            assertEquals(element(name, root), element(name, bom), name);
        }
    }

    @Test
    void shouldPublishNothingButLibraries() throws IOException {
        for (String module : NOT_PUBLISHED) {
            String pom = Repository.read(module + "/pom.xml");
            for (String skipped : List.of("install", "deploy", "source", "javadoc")) {
                assertTrue(pom.contains("<maven." + skipped + ".skip>true</maven." + skipped + ".skip>"),
                        module + " is to skip " + skipped);
            }
        }
    }
}
