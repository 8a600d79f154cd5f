package org.multifd.core.internal.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.api.MultiFDMethods;
import org.multifd.core.internal.provider.layer.ProviderPath;
import org.multifd.core.internal.provider.layer.TestJar;

/** Provider-contract 1.5: providers compiled against APIs of other versions, made of this one's sources. */
class ApiVersionsTest {

    @TempDir
    static Path temp;

    private static Path newer;
    private static Path older;

    @BeforeAll
    static void buildApis() throws IOException {
        newer = api("2.0", "VERSION = 1;", "VERSION = 2;", "int apiVersion();",
                "int apiVersion();\ndefault void later(Later l) { }\n/** New. */ interface Later { }");
        older = api("0.5", "VERSION = 1;", "VERSION = 0;", "int apiVersion();", "",
                "return apiVersion();", "return 0;");
    }

    /** This API with words replaced. */
    private static Path api(String version, String... replaced) throws IOException {
        Path sources = Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent()
                .resolve("multifd-api/src/main/java");
        TestJar jar = TestJar.at(temp.resolve("api-" + version + ".jar")).version(version);
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(each);
                for (int i = 0; i < replaced.length; i += 2) {
                    text = text.replace(replaced[i], replaced[i + 1]);
                }
                Path changed = temp.resolve(version).resolve(sources.relativize(each));
                Files.createDirectories(changed.getParent());
                jar.sourceFile(Files.writeString(changed, text));
            }
        }
        return jar.build();
    }

    private static Providers load(TestJar jar) throws IOException {
        Providers providers = new Providers(List.of(new ProviderPath(jar.build(), false)), "no advice");
        providers.load();
        return providers;
    }

    private Path home(String name) throws IOException {
        return Files.createDirectories(temp.resolve(name));
    }

    private static String refusal(Providers providers, String method) {
        List<ProviderStatus> found = providers.list(method);
        assertEquals(1, found.size(), () -> providers.problems().toString());
        assertTrue(!found.get(0).availability().usable());
        return found.get(0).availability().detail();
    }

    private static String problem(Providers providers, Path jar) {
        return providers.problems().stream().map(Throwable::getMessage).filter(each -> each.contains(jar.toString()))
                .findFirst().orElseThrow();
    }

    @Test
    void shouldRefuseAProviderForANewerApiByNameAndVersion() throws Exception {
        Providers providers = load(TestJar.provider(home("n"), "newer",
                "public void later(MultiFDMethods.Later l) { }").onApi(newer));
        assertEquals(
                "built for another API: received version 2, expected 1: build it with this multifd-api, or run the "
                + "multifd that it was built for", refusal(providers, "newer"));
        assertEquals(2, providers.list("newer").get(0).provider().apiVersion());
    }

    @Test
    void shouldRefuseAProviderForAnOlderApiByNameAndVersion() throws Exception {
        Providers providers = load(TestJar.provider(home("o"), "older").onApi(older));
        assertEquals(
                "built for another API: received version 0, expected 1: build it with this multifd-api, or run the "
                + "multifd that it was built for", refusal(providers, "older"));
    }

    /** There was no such method in its API, and so there is none in the provider. */
    @Test
    void shouldRefuseAProviderThatCannotTellItsVersion() throws Exception {
        Providers providers = load(TestJar.provider(home("s"), "silent", "/* no apiVersion() */").onApi(older));
        String refusal = refusal(providers, "silent");
        assertTrue(refusal.startsWith(
                "built for another API than version 1, compiled with org.multifd.api 0.5 (this one is "), refusal);
        assertTrue(refusal.contains("): AbstractMethodError: "), refusal);
    }

    @Test
    void shouldRefuseAClassOfATypeThatIsNotThere() throws Exception {
        Path directory = home("t");
        Providers providers = load(TestJar.at(directory.resolve("typed.jar")).onApi(newer).module("m.typed", "p.Typed")
                .source(ProviderFixture.provider("p", "Typed", "typed", "").replace("implements MultiFDMethods",
                        "implements MultiFDMethods, MultiFDMethods.Later")));
        String problem = problem(providers, directory);
        assertTrue(problem.startsWith(directory.resolve("typed.jar")
                + ": class p.Typed cannot be loaded: built for another API than "
                + "version 1, compiled with org.multifd.api 2.0 (this one is "), problem);
        assertTrue(problem.endsWith(
                "): NoClassDefFoundError: org/multifd/api/MultiFDMethods$Later: build it with this multifd-api, or "
                + "run the multifd that it was built for"), problem);
    }

    @Test
    void shouldRefuseAProviderWhoseConstructorNeedsATypeThatIsNotThere() throws Exception {
        Path directory = home("c");
        Providers providers = load(TestJar.provider(directory, "made", "public Methods() throws Exception {"
                + " Object made = new MultiFDMethods.Later() { }; }").onApi(newer).version("1.1"));
        String problem = problem(providers, directory);
        assertTrue(problem.startsWith("p.made.Methods of m.made 1.1 (" + directory.resolve("made.jar")
                + ") could not be constructed: built "
                + "for another API than version 1, compiled with org.multifd.api 2.0 (this one is "), problem);
    }

    /** What all the others are measured against. */
    @Test
    void shouldTakeAProviderForThisApi() throws Exception {
        Providers providers = load(TestJar.provider(home("this"), "now"));
        assertEquals("now", providers.find("now").name());
        assertEquals(MultiFDMethods.class, providers.find("now").getClass().getInterfaces()[0]);
    }
}
