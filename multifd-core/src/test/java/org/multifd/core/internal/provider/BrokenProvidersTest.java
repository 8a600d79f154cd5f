package org.multifd.core.internal.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.multifd.core.internal.provider.ProviderFixture.provider;

import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader.Provider;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.api.MultiFDMethods;
import org.multifd.core.MigrationException;

/** Provider-contract 1.6 by real ServiceLoaders over real broken providers. */
class BrokenProvidersTest {

    @TempDir
    Path temp;

    /** Each broken one stands between a good first and a good last one of the same loader. */
    private Providers between(String brokenClass, String... sources) throws IOException {
        Path classes = compileBetween(sources);
        ProviderFixture.services(classes, "p.First", brokenClass, "p.Last");
        return load(classes);
    }

    private Path compileBetween(String... sources) throws IOException {
        String[] all = new String[sources.length + 2];
        System.arraycopy(sources, 0, all, 2, sources.length);
        all[0] = provider("p", "First", "first", "");
        all[1] = provider("p", "Last", "last", "");
        return ProviderFixture.compile(temp, ProviderFixture.api(), all);
    }

    private static Providers load(Path... paths) throws IOException {
        try (URLClassLoader loader = ProviderFixture.isolated(paths)) {
            Providers providers = new Providers();
            providers.addFrom(loader);
            return providers;
        }
    }

    private static void assertGoodOnesServe(Providers providers) throws MigrationException {
        assertEquals("p.First", providers.find("first").getClass().getName());
        assertEquals("p.Last", providers.find("last").getClass().getName());
    }

    /** The one problem, with the good ones untouched. */
    private static void assertProblem(String expected, Class<?> cause, Providers providers) throws MigrationException {
        assertGoodOnesServe(providers);
        assertEquals(List.of(expected), providers.problems().stream().map(Throwable::getMessage).toList());
        Throwable kept = providers.problems().get(0).getCause();
        assertTrue(cause == null ? kept == null : cause.isInstance(kept), () -> "kept " + kept);
        assertEquals(2, providers.list().size());
    }

    private static void assertRefused(String expected, Providers providers) throws MigrationException {
        assertGoodOnesServe(providers);
        assertEquals(List.of(), providers.problems());
        ProviderStatus refused = providers.list().stream().filter(s -> s.provider().name().equals("bad")).findFirst()
                .orElseThrow();
        assertEquals(expected, refused.availability().detail());
        assertEquals("", refused.lost());
    }

    private Path classes() {
        return temp.resolve("classes");
    }

    @Test
    void shouldGoOnBehindAConstructorThatThrows() throws Exception {
        Providers providers = between("p.Bad",
                provider("p", "Bad", "bad", "public Bad() { throw new IllegalStateException(\"no\\nluck\"); }"));

        assertProblem("p.Bad (" + classes() + ") could not be constructed: IllegalStateException: no luck",
                ServiceConfigurationError.class, providers);
    }

    @Test
    void shouldGoOnBehindAStaticInitialiserThatThrows() throws Exception {
        Providers providers = between("p.Bad",
                provider("p", "Bad", "bad", "static int x = Integer.parseInt(\"x\");"));

        assertProblem("p.Bad (" + classes() + ") could not be constructed: NumberFormatException: "
                + "For input string: \"x\"", ServiceConfigurationError.class, providers);
    }

    @Test
    void shouldGoOnBehindAnErrorThatIsNotFatal() throws Exception {
        Providers providers = between("p.Bad",
                provider("p", "Bad", "bad", "public Bad() { throw new AssertionError(\"oops\"); }"));

        assertProblem("p.Bad (" + classes() + ") could not be constructed: AssertionError: oops",
                ServiceConfigurationError.class, providers);
    }

    @Test
    void shouldGoOnBehindANameThatThrows() throws Exception {
        Providers providers = between("p.Bad",
                provider("p", "Bad", "", "public String name() { throw new IllegalStateException(); }"));

        assertProblem("p.Bad (" + classes() + "): name() failed: IllegalStateException",
                IllegalStateException.class, providers);
    }

    @Test
    void shouldGoOnBehindABadName() throws Exception {
        Providers providers = between("p.Bad", provider("p", "Bad", "Z\\u001bstd", ""));

        assertProblem("p.Bad (" + classes()
                + "): received the method name \"Z\\x1bstd\", expected 1 to 31 characters of "
                + "a-z, 0-9 and -, starting with a letter", null, providers);
    }

    @Test
    void shouldGoOnBehindANullName() throws Exception {
        Providers providers = between("p.Bad", provider("p", "Bad", "", "public String name() { return null; }"));

        assertProblem("p.Bad (" + classes() + "): received the method name null, expected 1 to 31 characters of "
                + "a-z, 0-9 and -, starting with a letter", null, providers);
    }

    @Test
    void shouldGoOnBehindAMissingSuperclass() throws Exception {
        Path classes = compileBetween("package p; public class Gone {}",
                provider("p", "Bad", "bad", "").replace("implements", "extends Gone implements"));
        Files.delete(classes.resolve("p/Gone.class"));
        ProviderFixture.services(classes, "p.First", "p.Bad", "p.Last");

        assertProblem("a provider could not be loaded: NoClassDefFoundError: p/Gone",
                NoClassDefFoundError.class, load(classes));
    }

    @Test
    void shouldGoOnBehindAMissingCodecInTheConstructor() throws Exception {
        Path classes = compileBetween("package p; public class Gone {}",
                provider("p", "Bad", "bad", "Object codec = new Gone();"));
        Files.delete(classes.resolve("p/Gone.class"));
        ProviderFixture.services(classes, "p.First", "p.Bad", "p.Last");

        assertProblem("p.Bad (" + classes
                + ") could not be constructed: NoClassDefFoundError: p/Gone; put the jar that has it "
                + "beside the provider's", ServiceConfigurationError.class, load(classes));
    }

    @Test
    void shouldGoOnBehindAClassThatIsNoProvider() throws Exception {
        Providers providers = between("p.Bad", "package p; public class Bad {}");

        assertProblem("a provider could not be loaded: p.Bad not a subtype",
                ServiceConfigurationError.class, providers);
    }

    @Test
    void shouldGoOnBehindAClassThatIsNotThere() throws Exception {
        assertProblem("a provider could not be loaded: Provider p.Nowhere not found",
                ServiceConfigurationError.class, between("p.Nowhere"));
    }

    @Test
    void shouldGoOnBehindAClassFileOfGarbage() throws Exception {
        Path classes = compileBetween();
        Files.write(classes.resolve("p/Bad.class"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
        ProviderFixture.services(classes, "p.First", "p.Bad", "p.Last");
        Providers providers = load(classes);

        assertGoodOnesServe(providers);
        assertInstanceOf(ClassFormatError.class, providers.problems().get(0).getCause());
    }

    @Test
    void shouldGoOnBehindAServicesFileOfNonsense() throws Exception {
        Path classes = compileBetween();
        ProviderFixture.services(classes, "p.First", "p.Last");
        Path nonsense = temp.resolve("nonsense");
        ProviderFixture.services(nonsense, "not a class name");
        Providers providers = load(nonsense, classes);

        assertGoodOnesServe(providers);
        assertEquals(1, providers.problems().size());
        assertTrue(providers.problems().get(0).getMessage().startsWith("a provider could not be loaded: "),
                () -> providers.problems().get(0).getMessage());
    }

    @Test
    void shouldRefuseAnotherApiVersionWithBothVersions() throws Exception {
        assertRefused(
                "built for another API: received version 99, expected 1: build it with this multifd-api, or run the "
                + "multifd that it was built for",
                between("p.Bad", provider("p", "Bad", "bad", "public int apiVersion() { return 99; }")));
    }

    @Test
    void shouldLeaveTheSlotOfARefusedProviderToAProgramsOwn() throws Exception {
        Providers providers =
                between("p.Bad", provider("p", "Bad", "bad", "public int apiVersion() { return 99; }"));
        FakeMethods own = new FakeMethods("bad");
        providers.register(own);

        assertSame(own, providers.find("bad"));
    }

    @Test
    void shouldAskNothingElseOfAProviderBuiltForAnotherApi() throws Exception {
        assertRefused(
                "built for another API: received version 99, expected 1: build it with this multifd-api, or run the "
                + "multifd that it was built for",
                between("p.Bad", provider("p", "Bad", "bad", "public int apiVersion() { return 99; }\n"
                        + "public int priority() { throw new AssertionError(); }\n"
                        + "public Availability availability() { throw new AssertionError(); }")));
    }

    @Test
    void shouldRefuseAProviderBuiltBeforeThereWereVersions() throws Exception {
        Path old = Files.createDirectories(temp.resolve("old"));
        Path oldApi = ProviderFixture.compile(old, old,
                "package org.multifd.api; public interface MultiFDMethods { String name(); }");
        Path bad = ProviderFixture.compile(Files.createDirectories(temp.resolve("bad")), oldApi,
                "package p; public class Bad implements org.multifd.api.MultiFDMethods {"
                        + " public String name() { return \"bad\"; } }");
        Path classes = compileBetween();
        ProviderFixture.services(classes, "p.First", "p.Bad", "p.Last");
        Providers providers = load(classes, bad);

        assertGoodOnesServe(providers);
        String detail = providers.list().get(0).availability().detail();
        assertTrue(detail.startsWith("built for another API than version 1: AbstractMethodError: "), detail);
        assertInstanceOf(AbstractMethodError.class, providers.list().get(0).availability().cause());
    }

    @Test
    void shouldRefuseAFailingPriority() throws Exception {
        assertRefused("priority() or parameters() failed: ArithmeticException: / by zero", between("p.Bad",
                provider("p", "Bad", "bad", "int zero; public int priority() { return 1 / zero; }")));
    }

    @Test
    void shouldRefuseNullParameters() throws Exception {
        Providers providers = between("p.Bad", provider("p", "Bad", "bad",
                "public java.util.List<MethodParameter> parameters() { return null; }"));

        assertRefused("parameters() gave null", providers);
    }

    @Test
    void shouldRefuseAParameterNamedForAnotherMethod() throws Exception {
        assertRefused(
                "received the parameter name \"multifd-zstd-level\", expected multifd-bad- and characters of a-z, "
                + "0-9 and -", between("p.Bad", provider("p", "Bad", "bad",
                "public java.util.List<MethodParameter> parameters() { return java.util.List.of("
                        + "MethodParameter.integer(\"multifd-zstd-level\", 0, 20, 1, \"level\")); }")));
    }

    @Test
    void shouldRefuseAParameterDeclaredTwice() throws Exception {
        assertRefused("received the parameter multifd-bad-level twice, expected each once", between("p.Bad",
                provider("p", "Bad", "bad",
                        "MethodParameter level = MethodParameter.integer(\"multifd-bad-level\", 0, 20, "
                        + "1, \"level\"); public java.util.List<MethodParameter> parameters() { "
                        + "return java.util.List.of(level, level); }")));
    }

    @Test
    void shouldTakeAnAvailabilityThatThrowsForUnusable() throws Exception {
        assertRefused("availability() failed: UnsatisfiedLinkError: no codec in java.library.path", between("p.Bad",
                provider("p", "Bad", "bad", "public Availability availability() { "
                        + "throw new UnsatisfiedLinkError(\"no codec in java.library.path\"); }")));
    }

    @Test
    void shouldTakeANullAvailabilityForUnusable() throws Exception {
        assertRefused("availability() gave null", between("p.Bad",
                provider("p", "Bad", "bad", "public Availability availability() { return null; }")));
    }

    @Test
    void shouldNotSwallowAnErrorFatalToTheJvm() throws Exception {
        Path classes = compileBetween(
                provider("p", "Bad", "bad", "public Bad() { throw new OutOfMemoryError(\"constructor\"); }"),
                provider("p", "BadStatic", "bad", "static { if (true) throw new OutOfMemoryError(\"static\"); }"),
                provider("p", "BadName", "bad", "public String name() { throw new InternalError(\"name\"); }"),
                provider("p", "BadProbe", "bad",
                        "public Availability availability() { throw new OutOfMemoryError(\"probe\"); }"));

        ProviderFixture.services(classes, "p.Bad");
        assertEquals("constructor", assertThrows(OutOfMemoryError.class, () -> load(classes)).getMessage());
        ProviderFixture.services(classes, "p.BadStatic");
        assertEquals("static", assertThrows(OutOfMemoryError.class, () -> load(classes)).getMessage());
        ProviderFixture.services(classes, "p.BadName");
        assertEquals("name", assertThrows(InternalError.class, () -> load(classes)).getMessage());
        ProviderFixture.services(classes, "p.BadProbe");
        Providers providers = load(classes);
        assertEquals("probe", assertThrows(OutOfMemoryError.class, () -> providers.find("bad")).getMessage());
    }

    /** Its own recursion, on a stack of its own: it loses only itself. */
    @Test
    void shouldTakeAStackThatOverflowsForTheProvidersFailure() throws Exception {
        Path classes = compileBetween(
                provider("p", "BadName", "bad", "public String name() { return name() + 1; }"),
                provider("p", "BadProbe", "bad", "public Availability availability() { return availability(); }"));

        ProviderFixture.services(classes, "p.BadName");
        String problem = load(classes).problems().get(0).getMessage();
        assertTrue(problem.startsWith("p.BadName") && problem.endsWith(": name() failed: StackOverflowError"), problem);
        ProviderFixture.services(classes, "p.BadProbe");
        Providers providers = load(classes);
        String unusable = assertThrows(MigrationException.class, () -> providers.find("bad")).getMessage();
        assertTrue(unusable.contains(": availability() failed: StackOverflowError"), unusable);
    }

    /** Java loads a class once: what it failed with then is the reason, and no jar is missing. */
    @Test
    void shouldKeepTheFirstFailureOfAClass() throws Exception {
        Path classes = compileBetween(provider("p", "Bad", "bad", "static class Late { static { if (true) throw new "
                + "IllegalStateException(\"no room\"); } static void touch() { } } public Availability availability() "
                + "{ Late.touch(); return null; }"));
        ProviderFixture.services(classes, "p.Bad");
        try (URLClassLoader loader = ProviderFixture.isolated(classes)) {
            Providers providers = new Providers();
            providers.addFrom(loader);
            assertEquals("availability() failed: IllegalStateException: no room",
                    providers.list().get(0).availability().detail());
            assertEquals("availability() failed: class p.Bad$Late could not be initialised: IllegalStateException: "
                    + "no room",
                    providers.list().get(0).availability().detail());
        }
    }

    @Test
    void shouldGiveUpOnALoaderThatFailsForEver() {
        Providers providers = new Providers();
        providers.addFrom(new ClassLoader(null) {
            @Override
            public Enumeration<URL> getResources(String name) throws IOException {
                throw new IOException("disk gone");
            }
        });

        assertEquals(List.of("a provider could not be loaded: IOException: disk gone",
                "the search for providers was given up after 100 failures in a row"),
                providers.problems().stream().map(Throwable::getMessage).toList());
    }

    @Test
    void shouldCountOnlyFailuresInARow() {
        int[] step = {0};
        int[] found = {0};
        int[] failed = {0};
        Provider<MultiFDMethods> good = new Provider<>() {
            @Override
            public Class<? extends MultiFDMethods> type() {
                return FakeMethods.class;
            }

            @Override
            public MultiFDMethods get() {
                return new FakeMethods("good");
            }
        };
        Providers.scan(new Iterator<>() {
            @Override
            public boolean hasNext() {
                if (step[0]++ % 2 == 0) {
                    throw new ServiceConfigurationError("step " + step[0]);
                }
                return step[0] <= 600;
            }

            @Override
            public Provider<MultiFDMethods> next() {
                return good;
            }
        }, provider -> found[0]++, problem -> failed[0]++);

        assertEquals(300, found[0]);
        assertEquals(301, failed[0]);
    }

    @Test
    void shouldFindProvidersOfALayerBesideBrokenModules() throws Exception {
        Path good = ProviderFixture.moduleJar(temp.resolve("1"), "m.good", "1.2.3", "g.Good",
                provider("g", "Good", "layer-good", ""));
        Path broken = ProviderFixture.moduleJar(temp.resolve("2"), "m.broken", "4", "b.Bad, b.Static",
                provider("b", "Bad", "bad", "public Bad() { throw new IllegalStateException(\"no\"); }"),
                provider("b", "Static", "bad", "static int x = 1 / Integer.parseInt(\"0\");"));
        Path root = temp.resolve("3");
        ProviderFixture.moduleJar(root, "m.missing", "5", "x.Missing", provider("x", "Missing", "bad", ""),
                provider("x", "Other", "bad", ""));
        Files.delete(root.resolve("classes/x/Missing.class"));
        Path missing = root.resolve("classes");

        ModuleLayer boot = ModuleLayer.boot();
        Configuration configuration = boot.configuration().resolve(ModuleFinder.of(good, broken, missing),
                ModuleFinder.of(), Set.of("m.good", "m.broken", "m.missing"));
        ModuleLayer layer = boot.defineModulesWithManyLoaders(configuration, ClassLoader.getSystemClassLoader());
        Providers providers = new Providers();
        providers.addFrom(layer);

        MultiFDMethods found = providers.find("layer-good");
        assertEquals("g.Good", found.getClass().getName());
        assertEquals(new Origin("g.Good", "m.good", "1.2.3", good.toString(), Origin.MODULE_PATH),
                Origin.of(found.getClass()));
        assertEquals("m.good 1.2.3 (" + good + ")", Origin.of(found.getClass()).toString());
        List<String> problems = providers.problems().stream().map(Throwable::getMessage).sorted().toList();
        assertEquals(List.of("a provider could not be loaded: Provider x.Missing not found",
                "b.Bad of m.broken 4 (" + broken + ") could not be constructed: IllegalStateException: no",
                "b.Static of m.broken 4 (" + broken + ") could not be constructed: ArithmeticException: / by zero"),
                problems);
    }

    @Test
    void shouldReadTheVersionOfAJarWithoutAModuleFromItsManifest() throws Exception {
        Path classes = ProviderFixture.compile(temp, ProviderFixture.api(), provider("p", "Only", "only", ""));
        ProviderFixture.services(classes, "p.Only");
        Path manifest = Files.writeString(temp.resolve("manifest"), "Implementation-Version: 7.8\n");
        Path jar = ProviderFixture.jar(temp, classes, "only", manifest);
        try (URLClassLoader loader = ProviderFixture.isolated(jar)) {
            Providers providers = new Providers();
            providers.addFrom(loader);

            assertEquals(new Origin("p.Only", "", "7.8", jar.toString(), Origin.CLASS_PATH),
                    Origin.of(providers.find("only").getClass()));
        }
    }

    @Test
    void shouldSeeAProviderOnceThroughTwoLoaders() throws Exception {
        Path classes = ProviderFixture.compile(temp, ProviderFixture.api(), provider("p", "Only", "only", ""),
                provider("p", "Bad", "bad", "public Bad() { throw new IllegalStateException(); }"));
        ProviderFixture.services(classes, "p.Only", "p.Bad");
        try (URLClassLoader loader = ProviderFixture.isolated(classes);
                URLClassLoader child = new URLClassLoader(ProviderFixture.urls(), loader)) {
            Providers providers = new Providers();
            providers.addFrom(loader);
            providers.addFrom(child);

            assertNotNull(providers.find("only"));
            assertEquals(1, providers.list().size());
            assertEquals(1, providers.problems().size());
        }
    }
}
