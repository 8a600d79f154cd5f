package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.api.MultiFDApi;
import org.multifd.api.MultiFDMethods;
import org.multifd.cli.verify.ProviderLayer;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;

/** Providers in jars and directories, seen by a program that only looks at them. */
class ProviderLayerTest {

    @TempDir
    Path temp;

    @Test
    void shouldMakeAnyNumberOfProvidersOfOneJar() throws Exception {
        Path jar = ZooJar.of("m.good", "good").into(temp);
        List<ProviderLayer> layers = ProviderLayer.open(jar);
        assertEquals(1, layers.size());
        Path copy;
        try (ProviderLayer layer = layers.get(0)) {
            assertEquals(List.of(), layer.problems());
            assertEquals(jar, layer.path());
            ProviderLayer.Entry entry = layer.providers().get(0);
            assertEquals("good m.good  m.good.Methods", String.join(" ", entry.name(), entry.module(), entry.version(),
                    entry.providerClass()));
            assertEquals(jar.toString(), entry.location());
            assertEquals(MultiFDApi.VERSION, entry.apiVersion());
            MultiFDMethods first = entry.make();
            assertNotSame(first, entry.make());
            assertEquals("good", first.name());
            copy = Path.of(first.getClass().getProtectionDomain().getCodeSource().getLocation().toURI());
            assertTrue(Files.exists(copy));
            assertEquals("in " + jar, layer.shown("in " + copy));
        }
        assertTrue(Files.notExists(copy));
    }

    @Test
    void shouldOpenEachJarAndDirectoryOfAHome() throws Exception {
        Path first = ZooJar.of("first", "first").into(temp.resolve("first"));
        ZooJar.of("second", "second").into(temp.resolve("second"));
        Files.move(first, temp.resolve("loose.jar"));
        List<ProviderLayer> layers = ProviderLayer.open(temp);
        assertEquals(List.of(temp.resolve("first"), temp.resolve("second"), temp.resolve("loose.jar")),
                layers.stream().map(ProviderLayer::path).toList());
        assertEquals(List.of(temp.resolve("first")
                + ": received a directory without a jar, expected a provider's jars: put them there, or remove it"),
                layers.get(0).problems());
        assertEquals("second", layers.get(1).providers().get(0).name());
        assertEquals("first", layers.get(2).providers().get(0).name());
    }

    @Test
    void shouldTellAnotherApiAndThrowWhatAConstructorThrows() throws Exception {
        Path jar = ZooJar.of("m.old", "old").member("constructor",
                "static int made; public Methods() throws Exception { if (made == 1) { made++; throw new "
                + "IllegalStateException(\"only once\"); } if (made++ > 1) throw new Exception(\"never\"); }")
                .member("apiVersion", "public int apiVersion() { return 0; }").into(temp);
        ProviderLayer.Entry entry = ProviderLayer.open(jar).get(0).providers().get(0);
        assertEquals(0, entry.apiVersion());
        assertEquals("built for another API: received version 0, expected " + MultiFDApi.VERSION
                + ": build it with this multifd-api, or run the multifd that it was built for",
                entry.found().refusal().detail());
        assertEquals("only once", assertThrows(IllegalStateException.class, entry::make).getMessage());
        assertEquals("m.old.Methods could not be constructed: Exception: never",
                assertThrows(IllegalStateException.class, entry::make).getMessage());
    }

    @Test
    void shouldRefuseAPathThatDoesNotExist() {
        MigrationException e = assertThrows(MigrationException.class, () -> ProviderLayer.open(temp.resolve("nosuch")));
        assertEquals(Kind.USAGE, e.kind());
        assertEquals("received the provider path " + temp.resolve("nosuch")
                + ", expected a jar or a directory: there is no such file",
                e.getMessage());
    }
}
