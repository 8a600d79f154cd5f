package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.MethodRegistry;
import org.multifd.tck.Conformance;
import org.multifd.tck.Report;
import org.multifd.tck.RuleResult;

/** What new-provider writes; that Maven builds it, and what comes then, is what CI runs of the tutorial. */
class NewProviderTest {

    @TempDir
    Path temp;

    private static Run newProvider(String name, Path directory, String... more) {
        return Run.with(MethodRegistry.of(), Stream.concat(
                Stream.of("new-provider", name, "--directory", directory.toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).map(file -> directory.relativize(file).toString()).sorted()
                    .toList();
        }
    }

    @Test
    void shouldQuoteAPathWithABlankForTheShell() {
        Path project = temp.resolve("it's new");
        Run run = newProvider("rle", project);
        assertEquals("next: cd '" + temp + "/it'\\''s new' && mvn -B clean verify; README.md there says what it needs, "
                + "and goes on", run.outLines().get(1));
    }

    @Test
    void shouldWriteAProjectAndSayWhatIsNext() throws IOException {
        Path project = temp.resolve("new/rle");
        Run run = newProvider("rle", project);
        assertEquals("", run.err());
        assertEquals(0, run.code());
        assertEquals(List.of("wrote " + project + ": 12 files, module com.example.multifd.rle",
                "next: cd " + project + " && mvn -B clean verify; README.md there says what it needs, and goes on"),
                run.outLines());
        assertEquals(List.of(".github/workflows/ci.yml", ".gitignore", "LICENSE", "README.md", "pom.xml",
                "src/assembly/provider.xml",
                "src/main/java/com/example/multifd/rle/RleMethods.java",
                "src/main/java/com/example/multifd/rle/RleReceiver.java",
                "src/main/java/com/example/multifd/rle/RleSender.java",
                "src/main/java/module-info.java",
                "src/main/resources/META-INF/services/org.multifd.api.MultiFDMethods",
                "src/test/java/com/example/multifd/rle/RleConformanceTest.java"), files(project));
        for (String file : files(project)) {
            String text = Files.readString(project.resolve(file));
            assertFalse(Pattern.compile("@[A-Za-z]+@").matcher(text).find(), file + " has an unfilled place");
            assertTrue(text.lines().allMatch(line -> line.length() <= 140 && !line.endsWith(" ")), file);
        }
        assertEquals(List.of("rle"), files(temp).stream().map(file -> Path.of(file).getName(1).toString()).distinct()
                .toList(), "nothing else is left behind");
    }

    /** https://central.sonatype.org/publish/requirements: name, description, url, licence, developers, scm. */
    @Test
    void shouldWriteAPomThatMavenCentralTakes() throws IOException {
        Path project = temp.resolve("rle");
        assertEquals(0, newProvider("rle", project, "--url", "https://code.example/a&b/rle", "--developer",
                "Anna <anna@example>").code());
        String pom = Files.readString(project.resolve("pom.xml")).replaceAll(">\\s+<", "><");
        for (String each : List.of("<name>multifd-provider-rle</name>",
                "<description>The compression method rle for multifd migration</description>",
                "<url>https://code.example/a&amp;b/rle</url><licenses><license><name>Apache-2.0</name>",
                "<developer><name>Anna &lt;anna@example&gt;</name></developer>",
                "<connection>scm:git:https://code.example/a&amp;b/rle.git</connection>",
                "<project.build.outputTimestamp>", "<artifactId>maven-source-plugin</artifactId>",
                "<artifactId>maven-javadoc-plugin</artifactId>", "<artifactId>maven-gpg-plugin</artifactId>")) {
            assertTrue(pom.contains(each), each + " is not in " + pom);
        }
        assertEquals(Files.readString(Path.of("../LICENSE")), Files.readString(project.resolve("LICENSE")));
    }

    @ParameterizedTest
    @CsvSource({"com.github.luben.zstd, the codec zstd-jni", "com.github.luben.zstd_jni, the codec zstd-jni",
        "net.jpountz.lz4.multifd, the codec lz4-java", "org.xerial.snappy, the codec snappy-java",
        "java.util.zip, Java", "org.multifd.api, multifd"})
    void shouldRefuseAPackageThatSomebodyElseHas(String packageName, String owner) {
        Run run = newProvider("rle", temp.resolve("rle"), "--package", packageName);
        assertEquals("multifd: package: received " + packageName + ", expected one of your own, such as "
                + "com.example.multifd.rle: this one belongs to " + owner
                + ", and a package can be in one module only" + System.lineSeparator(), run.err());
        assertEquals(2, run.code());
        assertFalse(Files.exists(temp.resolve("rle")));
    }

    @ParameterizedTest
    @CsvSource({"com.github.luben.multifd", "org.xerial.snappymultifd", "org.multifdlike.rle"})
    void shouldTakeAPackageBesideACodecs(String packageName) {
        assertEquals(0, newProvider("rle", temp.resolve("rle"), "--package", packageName).code());
    }

    @Test
    void shouldRefuseWhatIsNoUrl() {
        assertEquals("multifd: url: received x y, expected a URL, such as https://example.com/multifd-provider-rle"
                + System.lineSeparator(), newProvider("rle", temp.resolve("rle"), "--url", "x y").err());
    }

    @ParameterizedTest
    @CsvSource({"rle, com.example.multifd.rle", "lz5, com.example.multifd.lz5", "a-b-, com.example.multifd.a_b_",
        "default, com.example.multifd.default_",
        "x234567890123456789012345678901, com.example.multifd.x234567890123456789012345678901"})
    void shouldCompileWithoutAWarningWhateverItsName(String name, String module) throws Exception {
        Path project = temp.resolve("project");
        assertEquals(0, newProvider(name, project).code());
        assertEquals(name, BuiltProvider.of(project, module).methods().name());
    }

    @Test
    void shouldTakeAGroupAndAPackage() throws Exception {
        Path project = temp.resolve("project");
        assertEquals(0, newProvider("zero-rle", project, "--group-id", "org.some-body", "--package",
                "org.somebody.v2.zero").code());
        assertTrue(Files.readString(project.resolve("pom.xml")).contains("  <groupId>org.some-body</groupId>\n"
                + "  <artifactId>multifd-provider-zero-rle</artifactId>\n"));
        assertEquals("org.somebody.v2.zero.ZeroRleMethods",
                BuiltProvider.of(project, "org.somebody.v2.zero").methods().getClass().getName());
        Path other = temp.resolve("other");
        assertEquals(List.of("wrote " + other + ": 12 files, module org.some_body.multifd.rle"),
                newProvider("rle", other, "--group-id", "org.some-body").outLines().subList(0, 1));
    }

    private static void demandConformance(BuiltProvider provider) {
        Report report = new Conformance(provider).run();
        assertEquals(List.of(), report.results().stream()
                .filter(result -> result.outcome() == RuleResult.Outcome.FAILED).toList(),
                () -> String.join("\n", report.lines()));
    }

    @Test
    void shouldPassTheKit() throws Exception {
        Path project = temp.resolve("rle");
        assertEquals(0, newProvider("rle", project).code());
        demandConformance(BuiltProvider.of(project, "com.example.multifd.rle"));
    }

    /** The Java on the page, put into the project as the page says. */
    @Test
    void shouldCompressWithTheCodecOfTheTutorial() throws Exception {
        Path project = temp.resolve("deflate");
        assertEquals(0, newProvider("deflate", project).code());
        List<MatchResult> blocks = Pattern.compile("(?ms)^```java file (\\S+)\n(.*?)^```$")
                .matcher(Files.readString(Path.of("../docs/tutorial/write-a-provider.md"))).results().toList();
        assertEquals(2, blocks.size());
        for (MatchResult block : blocks) {
            Path file = project.resolve(block.group(1));
            assertTrue(Files.exists(file), "the page replaces " + file);
            Files.writeString(file, block.group(2));
        }
        BuiltProvider provider = BuiltProvider.of(project, "com.example.multifd.deflate");
        demandConformance(provider);
        Run run = Run.with(MethodRegistry.of(provider.methods()), "demo", "--json", "--size", "16M");
        assertEquals(0, run.code(), run.err());
        Map<String, Object> result = run.outLines().stream().map(JsonReader::object)
                .filter(line -> line.get("message_type").equals("result")).findFirst().orElseThrow();
        assertEquals(true, result.get("identical"));
        assertTrue((double) result.get("ratio") > 1.8, run.out());
    }

    @Test
    void shouldNeverOverwrite() throws IOException {
        Path file = Files.writeString(temp.resolve("rle"), "mine");
        Run run = newProvider("rle", file);
        assertEquals("multifd: " + file + ": exists already, expected a name that is free; nothing was written"
                + System.lineSeparator(), run.err());
        assertEquals("", run.out());
        assertEquals(6, run.code());
        assertEquals("mine", Files.readString(file));
        Path dangling = Files.createSymbolicLink(temp.resolve("link"), temp.resolve("nowhere"));
        assertEquals(6, newProvider("rle", dangling).code());
        Run below = newProvider("rle", file.resolve("below"));
        assertEquals(6, below.code());
        assertEquals(1, below.err().lines().count(), below.err());
        assertEquals(List.of("link", "rle"), Stream.of(temp.toFile().list()).sorted().toList());
    }

    /** What the project's pom pins is what multifd's own build is tried with. */
    @Test
    void shouldPinTheVersionsThatMultifdIsBuiltWith() throws IOException {
        String root = Files.readString(Path.of("../pom.xml"));
        String surefire = root.replaceFirst("(?s).*<surefire.version>(.*?)<.*", "$1");
        root = root.replace("${surefire.version}", surefire);
        Path project = temp.resolve("rle");
        newProvider("rle", project);
        String pom = Files.readString(project.resolve("pom.xml"));
        pom = pom.substring(0, pom.indexOf("<id>central</id>")); // nothing here is sent to Maven Central
        List<MatchResult> plugins =
                Pattern.compile("<artifactId>maven-\\S+-plugin</artifactId>\\s+<version>.*</version>")
                .matcher(pom).results().toList();
        assertEquals(11, plugins.size());
        for (MatchResult plugin : plugins) {
            String words = plugin.group().replaceAll("\\s+", "");
            assertTrue(root.replaceAll("\\s+", "").contains(words), words);
        }
        Pattern junit = Pattern.compile("<junit.version>.*</junit.version>");
        assertEquals(junit.matcher(root).results().findFirst().orElseThrow().group(),
                junit.matcher(pom).results().findFirst().orElseThrow().group());
    }
}
