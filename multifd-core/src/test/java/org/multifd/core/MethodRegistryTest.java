package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.lang.module.ModuleFinder;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.api.Availability;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDApi;
import org.multifd.api.MultiFDMethods;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.provider.FakeMethods;
import org.multifd.core.internal.provider.ProviderFixture;

class MethodRegistryTest {

    @TempDir
    Path temp;

    /** Loads with these classes behind the context loader, in front of whatever the tests' class path has. */
    private MethodRegistry load(String[] services, String... sources) throws Exception {
        Path api = Path.of(MultiFDMethods.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path classes = ProviderFixture.compile(temp, api, sources);
        ProviderFixture.services(classes, services);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(ProviderFixture.urls(classes), before)) {
            thread.setContextClassLoader(loader);
            return MethodRegistry.load();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static ProviderInfo info(MethodRegistry registry, String name) {
        List<ProviderInfo> named = registry.methods().stream().filter(m -> m.name().equals(name)).toList();
        assertEquals(1, named.size());
        return named.get(0);
    }

    @Test
    void shouldLoadWhatTheContextLoaderSees() throws Exception {
        MethodRegistry registry = load(new String[] {"p.Seen", "p.Bad"},
                ProviderFixture.provider("p", "Seen", "seen", "public int priority() { return 7; }\n"
                        + "public java.util.List<MethodParameter> parameters() { return java.util.List.of("
                        + "MethodParameter.integer(\"multifd-seen-level\", 1, 3, 2, \"level\")); }"),
                ProviderFixture.provider("p", "Bad", "bad",
                "public Bad() { throw new IllegalStateException(\"no\"); }"));

        assertEquals("p.Seen", registry.find("seen").getClass().getName());
        assertEquals(new ProviderInfo("seen", "p.Seen", "", "", temp.resolve("classes").toString(),
                "class path", MultiFDApi.VERSION, 7,
                List.of(MethodParameter.integer("multifd-seen-level", 1, 3, 2, "level")),
                Availability.usable("works"), ""),
                info(registry, "seen"));
        MigrationException problem = registry.problems().stream()
                .filter(p -> p.getMessage().startsWith("p.Bad ")).findFirst().orElseThrow();
        assertEquals("p.Bad (" + temp.resolve("classes") + ") could not be constructed: IllegalStateException: no",
                problem.getMessage());
        assertEquals(Kind.METHOD, problem.kind());
        assertInstanceOf(IllegalStateException.class, problem.getCause().getCause());
    }

    /** This library in a layer of its own with a provider beside it, which the context loader cannot see. */
    @Test
    void shouldLoadWhatIsInItsOwnLayer() throws Exception {
        Path core = Path.of(MethodRegistry.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path jar = ProviderFixture.moduleJar(temp, "m.beside", "2.0", "p.Beside",
                ProviderFixture.provider("p", "Beside", "beside", ""));
        ModuleLayer boot = ModuleLayer.boot();
        ModuleLayer layer = boot.defineModulesWithOneLoader(boot.configuration().resolve(ModuleFinder.of(core, jar),
                ModuleFinder.of(), Set.of("org.multifd.core", "m.beside")), ClassLoader.getSystemClassLoader());
        Class<?> registryType = layer.findLoader("org.multifd.core").loadClass(MethodRegistry.class.getName());
        assertNotSame(MethodRegistry.class, registryType);
        Object registry = registryType.getMethod("load").invoke(null);
        Object found = registryType.getMethod("find", String.class).invoke(registry, "beside");

        assertEquals("m.beside", found.getClass().getModule().getName());
        assertThrows(MigrationException.class, () -> MethodRegistry.load().find("beside"));
    }

    @Test
    void shouldChooseAmongProvidersOutsideModulesByTheirClass() throws Exception {
        MethodRegistry registry = load(new String[] {"p.One", "p.Two"},
                ProviderFixture.provider("p", "One", "twice", ""), ProviderFixture.provider("p", "Two", "twice", ""));
        String path = temp.resolve("classes").toString();

        MigrationException tie = assertThrows(MigrationException.class, () -> registry.find("twice"));
        assertTrue(tie.getMessage().startsWith("method twice: p.One (" + path + ") and p.Two (" + path
                + ") both serve it with priority 0; usable: "), tie.getMessage());
        registry.choose("twice", "p.Two");
        assertEquals("p.Two", registry.find("twice").getClass().getName());
        assertEquals(List.of(false, true), registry.methods().stream().filter(m -> m.name().equals("twice"))
                .map(ProviderInfo::serves).toList());
    }

    @Test
    void shouldServeAProgramsOwnMethodsWithoutLookingForOthers() throws Exception {
        FakeMethods own = new FakeMethods("own");
        MethodRegistry registry = MethodRegistry.of(own, FakeMethods.unusable("lame", "no legs"));

        assertSame(own, registry.find("own"));
        assertEquals(List.of("lame", "own"), registry.methods().stream().map(ProviderInfo::name).toList());
        assertTrue(info(registry, "own").serves());
        assertFalse(info(registry, "lame").serves());
        assertEquals("no legs", info(registry, "lame").availability().detail());
        assertInstanceOf(UnsatisfiedLinkError.class, info(registry, "lame").availability().cause());
        assertEquals(List.of(), registry.problems());
    }

    @Test
    void shouldRefuseASecondOfOneName() {
        MethodRegistry registry = MethodRegistry.of(new FakeMethods("own"));

        assertThrows(IllegalStateException.class, () -> registry.register(new FakeMethods("own")));
        assertThrows(IllegalStateException.class,
                () -> MethodRegistry.of(new FakeMethods("own"), new FakeMethods("own")));
    }

    @Test
    void shouldSayWhatIsMissingAndWhatToDo() {
        MigrationException e = assertThrows(MigrationException.class, () -> MethodRegistry.of().find("zstd"));

        assertEquals("method zstd: no provider found; usable: nothing; put the provider's jar on the module path",
                e.getMessage());
        assertEquals(Kind.METHOD, e.kind());
        assertEquals(5, e.kind().exitCode());
    }

    @Test
    void shouldRefuseToChooseWhatIsNotThere() {
        MigrationException e = assertThrows(MigrationException.class,
                () -> MethodRegistry.of(new FakeMethods("own")).choose("own", "com.example"));
        assertEquals("method own: received the provider com.example, expected org.multifd.core", e.getMessage());
    }

    @Test
    void shouldEndProcessesAsTheCommandLineSays() {
        assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 8, 130),
                List.of(Kind.values()).stream().map(Kind::exitCode).toList());
    }

    /** What a program on the class path does from a thread whose context loader sees nothing of it. */
    static final class Elsewhere {

        private Elsewhere() {
        }

        public static void main(String[] args) throws MigrationException {
            Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
            MethodRegistry.load().methods().forEach(each -> System.out.println(each.name()));
        }
    }

    @Test
    void shouldFindTheClassPathsProvidersWhateverTheContextLoader() throws Exception {
        String path = Stream.of("jdk.module.path", "java.class.path").map(System::getProperty)
                .filter(Objects::nonNull).collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                String.join(File.pathSeparator, testClasses(), path), Elsewhere.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        assertTrue(out.lines().toList().containsAll(List.of("none", "zlib", "zstd", "lz4")), out);
    }

    /** The tests' classes, which are patched into core's module where that is one. */
    private static String testClasses() throws Exception {
        return Path.of(Elsewhere.class.getResource("MethodRegistryTest$Elsewhere.class").toURI()).resolve(
                "../../../..").normalize().toString();
    }
}
