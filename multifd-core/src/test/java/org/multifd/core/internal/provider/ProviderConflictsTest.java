package org.multifd.core.internal.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.multifd.core.internal.provider.ProviderFixture.provider;

import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.layer.ProviderPath;

/** Provider-contract 1.2 with providers in modules of their own. */
class ProviderConflictsTest {

    @TempDir
    static Path temp;

    private static final Map<String, Path> JARS = new TreeMap<>();

    @BeforeAll
    static void compileModules() throws IOException {
        module("m.a", "a.A", "");
        module("m.b", "b.B", "");
        module("m.high", "h.High", "public int priority() { return 10; }");
        module("m.alsohigh", "i.High", "public int priority() { return 10; }");
        module("m.broken", "u.Broken", "public int priority() { return 99; }"
                + "public Availability availability() { return Availability.unusable(\"no codec\", null); }");
    }

    private static void module(String module, String type, String body) throws IOException {
        String[] parts = type.split("\\.");
        JARS.put(module, ProviderFixture.moduleJar(temp.resolve(module), module, "1", type,
                provider(parts[0], parts[1], "twice", body)));
    }

    private Providers providers;

    @BeforeEach
    void startEmpty() {
        providers = new Providers();
    }

    private void add(String... modules) {
        ModuleLayer boot = ModuleLayer.boot();
        Path[] jars = List.of(modules).stream().map(JARS::get).toArray(Path[]::new);
        Configuration configuration =
                boot.configuration().resolve(ModuleFinder.of(jars), ModuleFinder.of(), Set.of(modules));
        providers.addFrom(boot.defineModulesWithManyLoaders(configuration, ClassLoader.getSystemClassLoader()));
    }

    private String serving() throws MigrationException {
        return providers.find("twice").getClass().getModule().getName();
    }

    private Map<String, String> lost() {
        return providers.list().stream().filter(s -> s.provider().name().equals("twice"))
                .collect(Collectors.toMap(s -> s.provider().origin().module(), ProviderStatus::lost));
    }

    private String refusal() {
        MigrationException e = assertThrows(MigrationException.class, () -> providers.find("twice"));
        assertEquals(Kind.METHOD, e.kind());
        return e.getMessage().replaceFirst("; usable: .*; ", "; ... ");
    }

    @Test
    void shouldRefuseATieNamingBothModulesAndJars() {
        add("m.a");
        add("m.b");

        assertEquals("method twice: m.a 1 (" + JARS.get("m.a") + ") and m.b 1 (" + JARS.get("m.b")
                + ") both serve it with priority 0; ... choose one, --provider twice=m.a or --provider twice=m.b, or "
                + "remove a jar", refusal());
        assertEquals(Map.of("m.a", "m.b 1 (" + JARS.get("m.b")
                + ") has the same priority, 0: --provider twice=m.a takes this one",
                "m.b", "m.a 1 (" + JARS.get("m.a")
                + ") has the same priority, 0: --provider twice=m.b takes this one"), lost());
        assertEquals("m.a and m.b both serve it with priority 0", providers.whyNot("twice", Direction.SEND));
    }

    @Test
    void shouldTakeTheHigherPriority() throws Exception {
        add("m.a", "m.high", "m.b");

        assertEquals("m.high", serving());
        assertEquals(Map.of("m.a", "m.high has the higher priority: 10 against 0",
                "m.b", "m.high has the higher priority: 10 against 0", "m.high", ""), lost());
    }

    @Test
    void shouldRefuseATieOfTheHighestOnly() {
        add("m.high");
        add("m.a");
        add("m.alsohigh");

        assertEquals("method twice: m.high 1 (" + JARS.get("m.high") + ") and m.alsohigh 1 (" + JARS.get("m.alsohigh")
                + ") both serve it with priority 10; ... choose one, --provider twice=m.high or --provider "
                + "twice=m.alsohigh, or remove a jar", refusal());
        assertEquals("m.high and others have the higher priority: 10 against 0", lost().get("m.a"));
    }

    @Test
    void shouldTakeTheChosenOneWhateverThePriority() throws Exception {
        add("m.a", "m.high", "m.b");
        providers.choose("twice", "m.b");

        assertEquals("m.b", serving());
        assertEquals(Map.of("m.a", "m.b was chosen", "m.high", "m.b was chosen", "m.b", ""), lost());
    }

    @Test
    void shouldTakeTheLastChoice() throws Exception {
        add("m.a", "m.b");
        providers.choose("twice", "m.b");
        providers.choose("twice", "m.a");

        assertEquals("m.a", serving());
    }

    @Test
    void shouldPassOverAnUnusableOneOfHigherPriority() throws Exception {
        add("m.a", "m.broken");

        assertEquals("m.a", serving());
        assertEquals("", lost().get("m.broken"));
    }

    @Test
    void shouldNotReplaceAChosenOneThatIsUnusable() throws Exception {
        add("m.a", "m.broken");
        providers.choose("twice", "m.broken");

        assertEquals("method twice: the chosen provider is unusable: m.broken 1 (" + JARS.get("m.broken")
                + "): no codec; ... use another method or mend this one", refusal());
        assertEquals("m.broken was chosen", lost().get("m.a"));
        assertEquals("the chosen provider is unusable: m.broken: no codec", providers.whyNot("twice", Direction.SEND));
    }

    @Test
    void shouldRefuseAChoiceThatIsNotThere() {
        add("m.a");
        add("m.b");

        MigrationException e = assertThrows(MigrationException.class, () -> providers.choose("twice", "m.c"));
        assertEquals("method twice: received the provider m.c, expected m.a or m.b", e.getMessage());
        e = assertThrows(MigrationException.class, () -> providers.choose("never", "m.a"));
        assertEquals("method never: received the provider m.a, expected none: no provider has that name",
                e.getMessage());
    }

    /** Beside what is added from a module path, these are layers of their own. */
    private void layers(Path... jars) {
        providers = new Providers(List.of(jars).stream().map(each -> new ProviderPath(each, false)).toList(),
                "no advice");
    }

    @Test
    void shouldTakeTheModulePathsBeforeTheSameModuleInADirectory() throws Exception {
        layers(JARS.get("m.a"));
        add("m.a");
        providers.load();

        assertEquals("m.a", serving());
        List<ProviderStatus> all = providers.list("twice");
        assertEquals(List.of("module path", JARS.get("m.a").toString()),
                all.stream().map(each -> each.provider().origin().layer()).toList());
        assertEquals(List.of("", "the same module is on the module path: " + JARS.get("m.a")),
                all.stream().map(ProviderStatus::lost).toList());
        providers.choose("twice", "m.a");
        assertEquals("m.a", serving());
    }

    @Test
    void shouldNotTakeAnotherVersionForTheSameModule() throws Exception {
        Path newer = ProviderFixture.moduleJar(temp.resolve("newer"), "m.a", "2", "a.A",
                provider("a", "A", "twice", ""));
        layers(newer);
        add("m.a");
        providers.load();

        assertEquals("method twice: m.a 1 (" + JARS.get("m.a") + ") and m.a 2 (" + newer
                + ") both serve it with priority 0; ... choose one, "
                + "--provider twice=m.a@1 or --provider twice=m.a@2, or remove a jar", refusal());
        providers.choose("twice", "m.a@2");
        assertEquals("2", providers.find("twice").getClass().getModule().getDescriptor().rawVersion().orElseThrow());
        assertEquals("m.a@2 was chosen", providers.list("twice").get(0).lost());
    }

    @Test
    void shouldTakeTheOneInTheChosenJarOrDirectory() throws Exception {
        Path copy = Files.copy(JARS.get("m.a"), Files.createDirectories(temp.resolve("copy")).resolve("m.a.jar"),
                StandardCopyOption.REPLACE_EXISTING);
        layers(JARS.get("m.a"), copy.getParent());
        providers.load();

        assertEquals("method twice: m.a 1 (" + JARS.get("m.a") + ") and m.a 1 (" + copy
                + ") both serve it with priority 0; ... choose one, "
                + "--provider twice=" + JARS.get("m.a") + " or --provider twice=" + copy + ", or remove a jar",
                refusal());
        for (Path meant : List.of(copy, copy.getParent(), copy.getParent().resolve("../copy/m.a.jar"))) {
            providers.choose("twice", meant.toString());
            assertEquals(List.of(meant + " was chosen", ""),
                    providers.list("twice").stream().map(ProviderStatus::lost).toList());
        }
        MigrationException e = assertThrows(MigrationException.class, () -> providers.choose("twice", "m.a@3"));
        assertEquals("method twice: received the provider m.a@3, expected " + JARS.get("m.a") + " or " + copy,
                e.getMessage());
    }

    @Test
    void shouldSayThatTheChosenOneIsNotThereAnyMore() throws Exception {
        Path copy = Files.copy(JARS.get("m.b"), Files.createDirectories(temp.resolve("leaving")).resolve("m.b.jar"),
                StandardCopyOption.REPLACE_EXISTING);
        layers(copy);
        add("m.a");
        providers.load();
        providers.choose("twice", "m.b");
        assertEquals("m.b", serving());
        Files.delete(copy);
        assertTrue(providers.rescan());

        assertTrue(refusal().startsWith("method twice: the chosen provider is not there any more: m.b; "), refusal());
    }
}
