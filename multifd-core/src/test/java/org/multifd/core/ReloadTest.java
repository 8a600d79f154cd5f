package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.core.internal.provider.ProviderFixture;
import org.multifd.core.internal.provider.layer.TestJar;

/** Providers come, change and go while a program runs and migrates. */
class ReloadTest {

    @TempDir
    Path temp;

    private Path home() {
        return temp.resolve("providers");
    }

    /** The zstd provider with its codec, native library and all, as the distribution has it. */
    private Path zstd() throws Exception {
        Path directory = home().resolve("zstd");
        TestJar.copyOf("org.multifd.provider.zstd", directory.resolve("provider-zstd.jar"));
        TestJar.copyOf("com.github.luben.zstd_jni", directory.resolve("zstd-jni.jar"));
        return directory;
    }

    /** A method whose pages are sent as they are, from a directory of its own. */
    private Path plain(String method, String body) throws Exception {
        String[] copying = ProviderFixture.copying("p." + method);
        return TestJar.at(home().resolve(method).resolve(method + ".jar"))
                .module("m." + method, "p." + method + ".Methods")
                .source("package p." + method
                + "; public class Methods extends Copies { public String name() { return \"" + method + "\"; } "
                        + body + " }").source(copying[0]).source(copying[1]).build();
    }

    private static WeakReference<ClassLoader> loader(MethodRegistry registry, String method) throws MigrationException {
        return new WeakReference<>(registry.find(method).getClass().getClassLoader());
    }

    /** Collected soon, or never. */
    private static void assertUnloaded(WeakReference<ClassLoader> loader) throws InterruptedException {
        for (int i = 0; loader.get() != null && i < 100; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertNull(loader.get(), "the provider's loader is still there");
    }

    private static Path copies(MethodRegistry registry, String method) throws Exception {
        return Path.of(registry.find(method).getClass().getProtectionDomain().getCodeSource().getLocation().toURI())
                .getParent();
    }

    /** The objects of the migration stay, as a program may keep them. */
    private static Pair migrate(MethodRegistry registry, String method) throws Exception {
        Pair pair = new Pair(new TestGuest(TestGuest.ram(4096, 4 << 20), 7, new byte[] {1}));
        pair.source.set("multifd-compression", method);
        pair.sourceMethods = registry;
        pair.destinationMethods = registry;
        pair.guest.start();
        pair.run();
        assertNull(pair.sourceError);
        assertNull(pair.destinationError);
        MigrationTest.assertSame(pair.guest.ram, pair.incoming.ram());
        return pair;
    }

    @Test
    void shouldUnloadAProviderThatIsGoneAfterItsMigration() throws Exception {
        plain("gone", "");
        MethodRegistry registry = MethodRegistry.builder().home(home()).load();
        WeakReference<ClassLoader> loader = loader(registry, "gone");
        Path copies = copies(registry, "gone");
        try (Pair pair = migrate(registry, "gone")) {
            Files.delete(home().resolve("gone/gone.jar"));
            Files.delete(home().resolve("gone"));
            assertTrue(registry.rescan());
            assertUnloaded(loader);
            assertEquals("gone", pair.sent.method());
        }
        assertThrows(MigrationException.class, () -> registry.find("gone"));
        for (int i = 0; Files.exists(copies) && i < 100; i++) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertTrue(Files.notExists(copies), "the private copy goes with the layer");
    }

    @Test
    void shouldUnloadAProviderWithNativeCode() throws Exception {
        Path directory = zstd();
        MethodRegistry registry = MethodRegistry.builder().home(home()).load();
        registry.choose("zstd", directory.toString());
        WeakReference<ClassLoader> loader = loader(registry, "zstd");
        try (Pair pair = migrate(registry, "zstd")) {
            assertTrue(pair.sent.ratio() > 1, pair.sent.toString());
            Files.move(directory, temp.resolve("away"));
            assertTrue(registry.rescan());
            assertUnloaded(loader);
        }
    }

    /** A relay keeps its last migration's figures, and nothing that could run. */
    @Test
    void shouldUnloadWhatARelayUsed() throws Exception {
        plain("incoming", "");
        plain("outgoing", "");
        MethodRegistry registry = MethodRegistry.builder().home(home()).load();
        List<WeakReference<ClassLoader>> loaders = List.of(loader(registry, "incoming"), loader(registry, "outgoing"));
        MigrationParameters outgoing = MigrationParameters.builder().set("multifd-compression", "outgoing").build();
        try (MigrationDestination destination = new MigrationDestination(registry, MigrationParameters.defaults(),
                RamSupplier.allocating(1 << 30)); Relay relay = new Relay(registry, outgoing)) {
            String address = relay.listen("tcp:127.0.0.1:0", destination.listen("tcp:127.0.0.1:0"));
            CompletableFuture<RelayStats> relayed = CompletableFuture.supplyAsync(() -> relay(relay));
            RelayTest.migrate(registry, MigrationParameters.builder().set("multifd-compression", "incoming"),
                    "outgoing", destination, address);
            relayed.get();
            for (String each : List.of("incoming", "outgoing")) {
                Files.delete(home().resolve(each).resolve(each + ".jar"));
                Files.delete(home().resolve(each));
            }
            assertTrue(registry.rescan());
            for (WeakReference<ClassLoader> each : loaders) {
                assertUnloaded(each);
            }
            assertEquals("incoming", relay.stats().incomingMethod());
            assertEquals("outgoing", relay.stats().outgoingMethod());
        }
    }

    private static RelayStats relay(Relay relay) {
        try {
            return relay.relay();
        } catch (MigrationException e) {
            throw new CompletionException(e);
        }
    }

    /**
     * The jar is overwritten while pages move; a class that is needed only at the end is found in the copy all the
     * same.
     */
    @Test
    void shouldLetARunningMigrationKeepWhatItHas() throws Exception {
        Path jar = plain("kept", "");
        MethodRegistry registry = MethodRegistry.builder().home(home()).load();
        try (Pair pair = new Pair(new TestGuest(TestGuest.ram(4096, 4 << 20), 7, new byte[] {1}))) {
            pair.source.set("multifd-compression", "kept");
            pair.sourceMethods = registry;
            pair.destinationMethods = registry;
            Overwriting overwriting = new Overwriting(pair, jar);
            pair.log = overwriting;
            pair.run();
            assertNull(pair.sourceError);
            assertNull(pair.destinationError);
            assertTrue(overwriting.done);
            MigrationTest.assertSame(pair.guest.ram, pair.incoming.ram());
        }
    }

    /**
     * When the destination has set its channels up the jar has other bytes: the same file, as a program that reads it
     * on sees it.
     */
    private static final class Overwriting implements DirtyLog {

        private final Pair pair;
        private final Path jar;
        private boolean done;

        Overwriting(Pair pair, Path jar) {
            this.pair = pair;
            this.jar = jar;
        }

        @Override
        public void getAndClear(String block, BitSet dirty) {
            if (!done && pair.outgoing.stats().rounds() > 0) {
                done = true;
                try {
                    while (!"kept".equals(pair.incoming.stats().method())) {
                        TimeUnit.MILLISECONDS.sleep(1);
                    }
                    Files.write(jar, new byte[(int) Files.size(jar)], StandardOpenOption.WRITE);
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                assertTrue(pair.sourceMethods.rescan());
                assertThrows(MigrationException.class, () -> pair.sourceMethods.find("kept"));
            }
            pair.guest.log.getAndClear(block, dirty);
        }

        @Override
        public void putBack(String block, BitSet pages) {
            pair.guest.log.putBack(block, pages);
        }
    }

    @Test
    void shouldTakeTheNewVersionForTheNextMigration() throws Exception {
        plain("versioned", "public int priority() { return 1; }");
        MethodRegistry registry = MethodRegistry.builder().home(home()).load();
        migrate(registry, "versioned").close();
        WeakReference<ClassLoader> loader = loader(registry, "versioned");
        plain("versioned", "public int priority() { return 2; }");
        assertTrue(registry.rescan());
        assertEquals(2, registry.methods("versioned").get(0).priority());
        migrate(registry, "versioned").close();
        assertUnloaded(loader);
    }

    @Test
    void shouldLetARelayFindAMethodThatCameSinceItWasStarted() throws Exception {
        MethodRegistry source = MethodRegistry.builder().home(home()).load();
        MethodRegistry relays = MethodRegistry.builder().home(home()).load();
        try (MigrationDestination destination = new MigrationDestination(source, MigrationParameters.defaults(),
                RamSupplier.allocating(1 << 30));
                Relaying relaying = new Relaying(relays, "none", destination.listen("tcp:127.0.0.1:0"))) {
            plain("late", "");
            assertFalse(names(relays).contains("late"));
            assertTrue(source.rescan());
            RelayTest.migrate(source, MigrationParameters.builder().set("multifd-compression", "late"), "none",
                    destination, relaying.address);
            assertEquals("late", relaying.relayed().incomingMethod());
        }
        assertTrue(names(relays).contains("late"));
    }

    private static List<String> names(MethodRegistry registry) {
        return registry.methods().stream().map(ProviderInfo::name).toList();
    }
}
