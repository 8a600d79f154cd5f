package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.multifd.core.internal.provider.ProviderFixture.provider;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.api.MultiFDApi;
import org.multifd.api.MultiFDMethods;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.provider.ProviderFixture;

/** Providers in jars and directories, seen by a program that only looks at them. */
class ProviderLayerTest {

    @TempDir
    Path temp;

    private Path jar(String name, String body) throws Exception {
        return ProviderFixture.moduleJar(Files.createDirectories(temp.resolve(name)), "m." + name, "1.2", "p." + name + ".Methods",
                provider("p." + name, "Methods", name, body));
    }

    @Test
    void shouldMakeAnyNumberOfProvidersOfOneJar() throws Exception {
        Path jar = jar("good", "");
        List<ProviderLayer> layers = ProviderLayer.open(jar);
        assertEquals(1, layers.size());
        Path copy;
        try (ProviderLayer layer = layers.get(0)) {
            assertEquals(List.of(), layer.problems());
            assertEquals(jar, layer.path());
            ProviderLayer.Entry entry = layer.providers().get(0);
            assertEquals("good m.good 1.2 p.good.Methods", String.join(" ", entry.name(), entry.module(), entry.version(),
                    entry.providerClass()));
            assertEquals(jar, entry.location());
            assertEquals(MultiFDApi.VERSION, entry.apiVersion());
            assertEquals("", entry.refusal());
            MultiFDMethods first = entry.get();
            assertNotSame(first, entry.get());
            assertEquals("good", first.name());
            copy = Path.of(first.getClass().getProtectionDomain().getCodeSource().getLocation().toURI());
            assertTrue(Files.exists(copy));
            assertEquals("in " + jar, layer.shown("in " + copy));
        }
        assertTrue(Files.notExists(copy));
    }

    @Test
    void shouldOpenEachJarAndDirectoryOfAHome() throws Exception {
        Path first = jar("first", "");
        jar("second", "");
        Files.move(first, temp.resolve("loose.jar"));
        List<ProviderLayer> layers = ProviderLayer.open(temp);
        assertEquals(List.of(temp.resolve("first"), temp.resolve("second"), temp.resolve("loose.jar")),
                layers.stream().map(ProviderLayer::path).toList());
        assertEquals(temp.resolve("first") + ": received a directory without a jar, expected a provider's jars: put them there, or "
                + "remove it", layers.get(0).problems().get(0).getMessage());
        assertEquals("second", layers.get(1).providers().get(0).name());
        assertEquals("first", layers.get(2).providers().get(0).name());
    }

    @Test
    void shouldTellARefusalAndThrowWhatAConstructorThrows() throws Exception {
        Path jar = jar("old", "static int made; public Methods() { if (made++ > 0) throw new IllegalStateException(\"only once\"); }"
                + "public int apiVersion() { return 0; }");
        ProviderLayer.Entry entry = ProviderLayer.open(jar).get(0).providers().get(0);
        assertEquals("built for another API: received version 0, expected " + MultiFDApi.VERSION
                + ": build it with this multifd-api, or run the multifd that it was built for", entry.refusal());
        assertEquals("only once", assertThrows(IllegalStateException.class, entry::get).getMessage());
    }

    @Test
    void shouldRefuseAPathThatDoesNotExist() {
        MigrationException e = assertThrows(MigrationException.class, () -> ProviderLayer.open(temp.resolve("nosuch")));
        assertEquals(Kind.USAGE, e.kind());
        assertEquals("received the provider path " + temp.resolve("nosuch") + ", expected a jar or a directory: there is no such file",
                e.getMessage());
    }
}
