package org.multifd.core.internal.provider.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.multifd.core.internal.provider.ProviderFixture.provider;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.core.internal.provider.ProviderFixture;

/** Each kind of jar and directory that is no layer, with the message that says why and what to do. */
class BrokenLayersTest {

    private static final String SERVICE = "org.multifd.api.MultiFDMethods";
    private static final int NEWER_JAVA = 44 + Runtime.version().feature() + 1;

    @TempDir
    Path temp;

    private static LayerException problem(Path path) {
        LoadedLayer layer = LoadedLayer.load(new LayerSource(path));
        assertEquals(0, layer.providers().size());
        assertEquals(1, layer.problems().size(), layer.problems().toString());
        return layer.problems().get(0);
    }

    private static void assertProblem(String message, Path path) {
        assertEquals(message, problem(path).getMessage());
    }

    private static String newer(Path shown) {
        return shown + ": built for Java " + (NEWER_JAVA - 44) + ", this is Java " + Runtime.version().feature()
                + ": run a newer Java or get a build for this one";
    }

    @Test
    void shouldRefuseAFileThatIsNoJar() throws Exception {
        Path jar = Files.writeString(temp.resolve("text.jar"), "no jar at all");
        LayerException e = problem(jar);
        assertEquals(jar + ": received a file that is no jar (" + e.getCause().getMessage()
                + "), expected a whole jar: copy it again", e.getMessage());
        assertInstanceOf(ZipException.class, e.getCause());
        Path whole = TestJar.provider(temp, "cut").build();
        Files.write(whole, Arrays.copyOf(Files.readAllBytes(whole), 500));
        assertInstanceOf(ZipException.class, problem(whole).getCause());
    }

    /** The project's pom, or a directory that is a file. */
    @Test
    void shouldNotAskForAnotherCopyOfWhatIsNotNamedAsAJar() throws Exception {
        Path pom = Files.writeString(temp.resolve("pom.xml"), "<project/>");
        assertEquals(pom
                + ": received a file that is no jar (zip END header not found), expected a provider's jar, or the "
                + "directory with its jars: name that", problem(pom).getMessage());
    }

    @Test
    void shouldRefuseADirectoryWithoutAJar() throws Exception {
        String expected = ": received a directory without a jar, expected a provider's jars: ";
        assertProblem(temp + expected + "put them there, or name the directory that has them", temp);
        LoadedLayer found = LoadedLayer.load(LayerSource.found(temp));
        assertEquals(temp + expected + "put them there, or remove it", found.problems().get(0).getMessage());
        Path built = Files.createDirectories(temp.resolve("target/provider"));
        assertProblem(temp + expected + "did you mean " + built + "?", temp);
    }

    /** What comes of copying a directory once more, to where it is already: the old jars stay and are loaded. */
    @Test
    void shouldNameJarsThatLieADirectoryTooDeep() throws Exception {
        Path outer = TestJar.provider(temp.resolve("outer"), "outer").build().getParent();
        Path inner = TestJar.provider(outer.resolve("provider"), "inner").build().getParent();
        Files.createDirectory(outer.resolve("doc"));
        LoadedLayer layer = LoadedLayer.load(new LayerSource(outer));
        assertEquals(1, layer.providers().size());
        assertEquals(List.of(inner
                + ": received jars in a directory inside a provider's directory, where they are not loaded, expected "
                + "them in " + outer + " or beside it: move or remove them"),
                layer.problems().stream().map(Throwable::getMessage).toList());
    }

    /** The one does not come in the way of the other. */
    @Test
    void shouldNameJarsThatLieTooDeepBesideOnesWithoutAProvider() throws Exception {
        Path outer = TestJar.at(temp.resolve("outer/library.jar")).entry("readme", "").build().getParent();
        TestJar.provider(outer.resolve("provider"), "inner").build();
        List<String> problems = LoadedLayer.load(new LayerSource(outer)).problems().stream().map(Throwable::getMessage)
                .toList();
        assertEquals(2, problems.size(), problems.toString());
        assertTrue(problems.get(1).startsWith(outer + ": received no provider, "), problems.get(1));
    }

    @Test
    void shouldSayThatAFileCannotBeRead() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link.jar"), temp.resolve("nowhere.jar"));
        assertProblem(link + ": cannot be read: NoSuchFileException: " + link, link);
        assertProblem(temp + ": cannot be read: NoSuchFileException: " + link, temp);
    }

    @Test
    void shouldNotLoadFilesThatChangeWhileTheyAreCopied() throws Exception {
        Path jar = TestJar.provider(temp, "busy").build();
        LoadedLayer layer = LoadedLayer.load(new ChangingSource(jar));
        assertEquals(0, layer.providers().size());
        assertEquals(jar
                + ": received files that change while they are copied, expected complete ones: try again when they are",
                layer.problems().get(0).getMessage());
    }

    /** As install replaces a version, between the look at the files and their copy. */
    @Test
    void shouldLoadTheVersionThatTakesThePlaceOfAnotherMeanwhile() throws Exception {
        Path old = TestJar.provider(Files.createDirectory(temp.resolve("old")), "old").build();
        Path replacement = TestJar.provider(Files.createDirectory(temp.resolve("new")), "replacement").build();
        Path link = Files.createSymbolicLink(temp.resolve("link"), old.getParent());
        LoadedLayer layer = LoadedLayer.load(new LayerSource(link) {
            @Override
            public Look look() throws IOException {
                Look look = super.look();
                if (Files.deleteIfExists(old)) {
                    Files.delete(link);
                    Files.createSymbolicLink(link, replacement.getParent());
                }
                return look;
            }
        });
        assertEquals(List.of(), layer.problems());
        assertEquals(List.of(link.resolve(replacement.getFileName()).toString()), layer.look().stamps().keySet()
                .stream().map(Path::toString).toList());
        assertEquals(1, layer.providers().size());
    }

    @Test
    void shouldSayThatADirectoryCannotBeRead() throws Exception {
        Path closed = Files.createDirectory(temp.resolve("closed"), PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString("---------")));
        assumeFalse(Files.isReadable(closed), "the superuser can read everything");
        assertProblem(closed + ": cannot be read: AccessDeniedException: " + closed, closed);
    }

    private static final String CHANGED =
            "; a jar that was changed after it was signed is not loaded: get it again as it was published";

    @Test
    void shouldRefuseAClassThatWasChangedAfterItWasSigned() throws Exception {
        Path jar = SignedJar.changed(TestJar.provider(temp, "changed").build(), "p/changed/Methods.class",
                bytes -> new byte[100]);
        LayerException e = problem(jar);
        assertMatches(jar + ": class p.changed.Methods cannot be loaded: SecurityException: SHA-\\d+ digest error for "
                + "p/changed/Methods.class" + CHANGED, e.getMessage());
        assertInstanceOf(SecurityException.class, e.getCause());
    }

    @Test
    void shouldRefuseAModuleInfoThatWasChangedAfterItWasSigned() throws Exception {
        Path jar = SignedJar.changed(TestJar.provider(temp, "changed").build(), "module-info.class", bytes ->
                new String(bytes, StandardCharsets.ISO_8859_1).replace("info.java", "info.jawa")
                        .getBytes(StandardCharsets.ISO_8859_1));
        assertMatches(jar
                + ": no module can be made of it: SecurityException: SHA-\\d+ digest error for module-info.class"
                + CHANGED, problem(jar).getMessage());
    }

    @Test
    void shouldRefuseAServicesFileThatWasChangedAfterItWasSigned() throws Exception {
        Path jar = SignedJar.changed(TestJar.at(temp.resolve("changed.jar")).module("m.changed").services("p.P")
                .source(provider("p", "P", "changed", "")).build(), "META-INF/services/" + SERVICE,
                bytes -> new byte[100]);
        assertMatches(jar + ": META-INF/services/" + SERVICE
                + " cannot be read: SecurityException: SHA-\\d+ digest error for "
                + "META-INF/services/" + SERVICE + CHANGED, problem(jar).getMessage());
    }

    private static void assertMatches(String pattern, String message) {
        assertTrue(message.matches(pattern), message);
    }

    @Test
    void shouldRefuseAModuleInfoOfANewerJava() throws Exception {
        Path jar = TestJar.provider(temp, "newer").classVersion("module-info.class", NEWER_JAVA).build();
        assertProblem(newer(jar), jar);
    }

    @Test
    void shouldRefuseAClassOfANewerJava() throws Exception {
        Path jar = TestJar.provider(temp, "newer").classVersion("p/newer/Methods.class", NEWER_JAVA).build();
        LayerException e = problem(jar);
        assertEquals(jar + ": class p.newer.Methods cannot be loaded: "
                + newer(jar).substring(newer(jar).indexOf("built")), e.getMessage());
        assertInstanceOf(UnsupportedClassVersionError.class, e.getCause());
    }

    @Test
    void shouldRefuseItsOwnCopyOfTheApi() throws Exception {
        TestJar.provider(temp, "fat").build();
        TestJar.at(temp.resolve("multifd-api-0.9.jar")).moduleInfo("module org.multifd.api { }").build();
        assertProblem(temp
                + ": received a copy of org.multifd.api in multifd-api-0.9.jar, expected none, as a provider uses the "
                + "one that is there: remove that jar", temp);
    }

    @Test
    void shouldRefuseTheApisClassesPackedInside() throws Exception {
        Path jar = TestJar.at(temp.resolve("fat.jar")).source(provider("p", "P", "fat", "")).services("p.P")
                .entry("org/multifd/api/MultiFDMethods.class", "anything").build();
        assertProblem(jar
                + ": received classes of org.multifd.api packed inside, expected none, as a provider uses those that "
                + "are there: build the jar without them (scope provided)", jar);
    }

    @Test
    void shouldSayThatAServicesFileIsNotLookedAtInAModule() throws Exception {
        Path jar = TestJar.at(temp.resolve("forgot.jar")).module("m.forgot").services("# the one", "p.P # here")
                .source(provider("p", "P", "forgot", "")).build();
        assertProblem(jar + ": received p.P in META-INF/services/" + SERVICE
                + " alone, expected it in the jar's module-info, too, as only "
                + "that counts in a module: add \"provides " + SERVICE + " with p.P;\"", jar);
    }

    @Test
    void shouldSayThatThereIsNoProvider() throws Exception {
        String expected = ": received no provider, expected a module that provides " + SERVICE
                + ", or a jar without module-info and with META-INF/services/" + SERVICE;
        Path plain = TestJar.at(temp.resolve("1/plain.jar")).entry("readme", "nothing").build();
        assertProblem(plain + expected, plain);
        assertProblem(plain.getParent() + expected, plain.getParent());
        Path named = TestJar.at(temp.resolve("2/named.jar")).moduleInfo("module m.none { }").build();
        assertProblem(named + expected, named);
    }

    @Test
    void shouldNameAMissingModule() throws Exception {
        Path library = TestJar.at(temp.resolve("codec.jar")).moduleInfo("module codec { exports codec; }")
                .source("package codec; public class Codec { }").build();
        Path jar = TestJar.at(temp.resolve("p.jar")).on(library).source(provider("p", "P", "p", ""))
                .moduleInfo("module m.p { requires org.multifd.api; requires codec; provides " + SERVICE
                + " with p.P; }").build();
        Path directory = Files.createDirectory(temp.resolve("directory"));
        Files.copy(jar, directory.resolve("p.jar"));
        assertProblem(directory
                + ": received no module codec, which m.p requires: put its jar into the same directory", directory);
        assertProblem(jar
                + ": received no module codec, which m.p requires: a jar is loaded without those beside it: put both "
                + "into a directory of their own, and name that", jar);
    }

    /** One that is incubating is always left out unless it is asked for. */
    @Test
    void shouldNameAModuleThatJavaWasNotStartedWith() throws Exception {
        String absent = ModuleFinder.ofSystem().findAll().stream().map(each -> each.descriptor().name())
                .filter(Failures::isAbsent).filter(each -> each.startsWith("jdk.incubator.")).findFirst().orElseThrow();
        Path jar = TestJar.at(temp.resolve("p.jar")).source(provider("p", "P", "p", "")).ofThisJava()
                .moduleInfo("module m.p { requires org.multifd.api; requires " + absent + "; provides " + SERVICE
                + " with p.P; }").build();
        assertProblem(jar + ": received no module " + absent + ", which m.p requires: start Java with --add-modules="
                + absent, jar);
    }

    @Test
    void shouldNameTheModuleOfAClassThatJavaWasNotStartedWith() {
        assertEquals("NoClassDefFoundError: com/example/Gone; put the jar that has it beside the provider's",
                Failures.explain(new NoClassDefFoundError("com/example/Gone"), BrokenLayersTest.class.getModule()));
        ModuleDescriptor absent = ModuleFinder.ofSystem().findAll().stream()
                .map(ModuleReference::descriptor).filter(each -> Failures.isAbsent(each.name()))
                .filter(each -> !each.packages().isEmpty()).findFirst().orElseThrow();
        String type = absent.packages().iterator().next().replace('.', '/') + "/Gone";
        assertEquals("NoClassDefFoundError: " + type + "; start Java with --add-modules=" + absent.name(),
                Failures.explain(new NoClassDefFoundError(type), BrokenLayersTest.class.getModule()));
    }

    @Test
    void shouldRefuseTwoJarsOfOneModule() throws Exception {
        TestJar.provider(temp, "twice").build();
        Files.copy(temp.resolve("twice.jar"), temp.resolve("twice-2.jar"));
        assertProblem(temp
                + ": received the module m.twice twice, in twice-2.jar and twice.jar, expected each once: remove one "
                + "of them", temp);
    }

    @Test
    void shouldRefuseAPackageInTwoModules() throws Exception {
        Path other = TestJar.at(temp.resolve("other.jar")).moduleInfo("module other { exports q; }")
                .source("package q; public class Q { }").source("package p.split; public class Inner { }").build();
        TestJar.at(temp.resolve("split.jar")).on(other).source(provider("p.split", "Methods", "split", ""))
                .moduleInfo("module m.split { requires org.multifd.api; requires other; provides " + SERVICE
                + " with p.split.Methods; }").build();
        assertProblem(temp
                + ": received the package p.split in other.jar and split.jar, expected it in one of them: use jars "
                + "that do not pack each other's classes", temp);
    }

    @Test
    void shouldSayWhyNoModuleCanBeMadeOfAJar() throws Exception {
        Path jar = TestJar.at(temp.resolve("1.jar")).services("p.P").source(provider("p", "P", "p", "")).build();
        assertProblem(jar
                + ": no module can be made of it: IllegalArgumentException: 1: Invalid module name: '1' is not a Java "
                + "identifier: rename the jar", jar);
        Path gone = TestJar.at(temp.resolve("gone.jar")).services("q.Gone").source(provider("p", "P", "p", "")).build();
        assertProblem(gone
                + ": received no class q.Gone, expected it, as the jar says that it provides it: build the jar anew",
                gone);
    }

    @Test
    void shouldSayThatAProvidersClassIsNotThere() throws Exception {
        Path jar = TestJar.provider(temp, "empty").source("package p.empty; public class Other { }")
                .without("p/empty/Methods.class").build();
        assertProblem(jar
                + ": received no class p.empty.Methods, expected it, as the jar says that it provides it: build the "
                + "jar anew", jar);
    }

    /** In class files, services files and module-infos names may have any character, such as one for a terminal. */
    @Test
    void shouldShowNoControlCharacters() throws Exception {
        Path jar = TestJar.at(temp.resolve("driving.jar")).services("p.P\u001bc").entry("p/Q.class", "").build();
        List<LayerException> problems = LoadedLayer.load(new LayerSource(jar)).problems();
        assertEquals(List.of(jar + ": received no class p.P c, expected it, as the jar says that it provides it: build "
                + "the jar anew"), problems.stream().map(Throwable::getMessage).toList());
    }

    @Test
    void shouldRefuseAClassThatIsNoProvider() throws Exception {
        String expected = " p.%s, expected a public class that implements " + SERVICE
                + " and has a public constructor without arguments";
        String[] sources = {"package p; public class A { }",
                "package p; public abstract class B implements " + SERVICE + " { }",
            provider("p", "C", "c", "C() { }"), provider("p", "D", "d", "public D(int size) { }")};
        for (String source : sources) {
            String name = ProviderFixture.fileName(source);
            Path jar = TestJar.at(temp.resolve(name + ".jar")).services("p." + name).source(source).build();
            assertProblem(jar + ": received the provider" + String.format(expected, name), jar);
        }
    }

    @Test
    void shouldKeepAGoodProviderBesideABrokenOneOfTheSameJar() throws Exception {
        Path jar = TestJar.at(temp.resolve("two.jar")).module("m.two", "p.Bad", "p.Good")
                .source(provider("p", "Good", "good", ""))
                .source("package p; public class Gone { }")
                .source("package p; public class Bad extends Gone implements " + SERVICE + " {"
                        + provider("p", "Bad", "bad", "").replaceFirst("(?s).*implements MultiFDMethods \\{", "")
                                .replaceAll("\\b(MultiFD|Availability)", "org.multifd.api.$1")).without("p/Gone.class")
                                .build();
        LoadedLayer layer = LoadedLayer.load(new LayerSource(jar));
        assertEquals(1, layer.providers().size());
        assertEquals("p.Good", layer.providers().get(0).type().getName());
        assertEquals(jar
                + ": class p.Bad cannot be loaded: NoClassDefFoundError: p/Gone; put the jar that has it beside the "
                + "provider's", layer.problems().get(0).getMessage());
    }
}
