package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.airlift.compress.lz4.Lz4Compressor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.api.MultiFDMethods;
import org.multifd.core.internal.provider.FoundProvider;
import org.multifd.core.internal.provider.LayerProviders;
import org.multifd.core.internal.provider.ProviderFixture;
import org.multifd.core.internal.provider.layer.ProviderPath;
import org.multifd.core.internal.provider.layer.TestJar;
import org.multifd.tck.Conformance;
import org.multifd.tck.Report;
import org.multifd.tck.RuleResult;

/** The method lz4 in other hands: a provider over aircompressor, in Java, takes the place of the one that is there. */
class SwapProviderTest {

    private static final String OTHER_LZ4 = """
            package other.lz4;

            import io.airlift.compress.MalformedInputException;
            import io.airlift.compress.lz4.Lz4Compressor;
            import io.airlift.compress.lz4.Lz4Decompressor;
            import java.io.IOException;
            import java.nio.ByteBuffer;
            import org.multifd.api.*;

            public final class OtherLz4 implements MultiFDMethods {
                public String name() { return "lz4"; }
                public int apiVersion() { return MultiFDApi.VERSION; }
                public int priority() { return PRIORITY; }
                public Availability availability() { return Availability.usable("aircompressor"); }

                public MultiFDSender sendSetup(MultiFDSendParams params) {
                    ByteBuffer copy = ByteBuffer.allocateDirect(params.pageSize() * params.pageCount());
                    Lz4Compressor compressor = new Lz4Compressor();
                    return new MultiFDSender() {
                        public void prepare(PageRuns pages, Payload out) {
                            pages.copyTo(copy.clear());
                            compressor.compress(copy.flip(), out.buffer());
                        }
                        public void close() { }
                    };
                }

                public MultiFDReceiver recvSetup(MultiFDRecvParams params) {
                    ByteBuffer decoded = ByteBuffer.allocateDirect(params.pageSize() * params.pageCount());
                    Lz4Decompressor decompressor = new Lz4Decompressor();
                    return new MultiFDReceiver() {
                        public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                            ByteBuffer payload = in.buffer();
                            try {
                                decompressor.decompress(payload, decoded.clear().limit(pages.bytes()));
                            } catch (MalformedInputException | IllegalArgumentException | IndexOutOfBoundsException e) {
                                throw new MultiFDException("received what is no lz4 block: " + e.getMessage(), e);
                            }
                            if (decoded.flip().remaining() != pages.bytes()) {
                                throw new MultiFDException("received " + decoded.remaining() + ", expected "
                                        + pages.bytes());
                            }
                            payload.position(payload.limit());
                            pages.copyFrom(decoded);
                        }
                        public void close() { }
                    };
                }
            }
            """;

    @TempDir
    static Path temp;

    private static Path aircompressor;
    /** Its priority is the one of the provider that is there. */
    private static Path equal;
    /** Its priority is higher. */
    private static Path higher;

    @BeforeAll
    static void build() throws Exception {
        aircompressor = ProviderFixture.location(Lz4Compressor.class);
        equal = build(temp.resolve("equal"), 0);
        higher = build(temp.resolve("higher"), 10);
    }

    private static Path build(Path directory, int priority) throws Exception {
        Files.createDirectories(directory);
        Files.copy(aircompressor, directory.resolve(aircompressor.getFileName()));
        TestJar.at(directory.resolve("other-lz4.jar")).on(aircompressor).version("1").services("other.lz4.OtherLz4")
                .moduleInfo("module other.lz4 { requires org.multifd.api; requires aircompressor;"
                        + " provides org.multifd.api.MultiFDMethods with other.lz4.OtherLz4; }")
                .source(OTHER_LZ4.replace("PRIORITY", Integer.toString(priority))).build();
        return directory;
    }

    private static String serving(MethodRegistry registry) throws MigrationException {
        return registry.find("lz4").getClass().getModule().getName();
    }

    private static void migrate(MethodRegistry from, MethodRegistry to) throws Exception {
        try (TestGuest guest = new TestGuest(TestGuest.ram(4096, 6 << 20, 64 << 10), 7,
                new byte[] {1}); Pair pair = new Pair(guest)) {
            pair.source.set("multifd-compression", "lz4");
            pair.sourceMethods = from;
            pair.destinationMethods = to;
            guest.start();
            pair.run();
            assertNull(pair.sourceError);
            assertNull(pair.destinationError);
            MigrationTest.assertSame(guest.ram, pair.incoming.ram());
            assertTrue(pair.sent.ratio() > 1.2, pair.sent.toString());
        }
    }

    @Test
    void shouldMigrateBetweenTheTwoImplementations() throws Exception {
        MethodRegistry ours = MethodRegistry.load();
        MethodRegistry others = MethodRegistry.builder().path(higher).load();
        assertEquals("org.multifd.provider.lz4", serving(ours));
        assertEquals("other.lz4", serving(others));
        migrate(ours, others);
        migrate(others, ours);
    }

    @Test
    void shouldPreferTheJarOfHigherPriorityAndSayWhatItReplaces() throws Exception {
        MethodRegistry registry = MethodRegistry.builder().path(higher).load();
        List<ProviderInfo> all = registry.methods("lz4");
        assertEquals(List.of("org.multifd.provider.lz4", "other.lz4"), all.stream().map(ProviderInfo::module).toList());
        assertEquals("other.lz4 has the higher priority: 10 against 0", all.get(0).lost());
        assertTrue(all.get(1).serves());
        assertEquals(higher.toString(), all.get(1).layer());
        assertEquals(higher.resolve("other-lz4.jar").toString(), all.get(1).location());
    }

    @Test
    void shouldRefuseTwoOfOnePriorityUntilOneIsChosen() throws Exception {
        MethodRegistry registry = MethodRegistry.builder().path(equal).load();
        assertEquals(List.of(false, false), registry.methods("lz4").stream().map(ProviderInfo::serves).toList());
        registry.choose("lz4", "other.lz4");
        assertEquals("other.lz4", serving(registry));
        registry.choose("lz4", "org.multifd.provider.lz4");
        assertEquals("org.multifd.provider.lz4", serving(registry));
    }

    /** What a user does: the directory lz4 of the distribution gets other jars. */
    @Test
    void shouldSwapTheProviderByReplacingItsDirectory() throws Exception {
        Path home = Files.createDirectories(temp.resolve("providers"));
        copy(higher, home.resolve("lz4"));
        MethodRegistry registry = MethodRegistry.builder().home(home).load();
        assertEquals("other.lz4", serving(registry));
        migrate(registry, registry);
        Files.move(home.resolve("lz4"), temp.resolve("away"));
        assertTrue(registry.rescan());
        assertEquals("org.multifd.provider.lz4", serving(registry));
        assertFalse(registry.rescan());
        Files.move(temp.resolve("away"), home.resolve("lz4"));
        assertTrue(registry.rescan());
        assertEquals("other.lz4", serving(registry));
        migrate(registry, registry);
    }

    private static void copy(Path from, Path to) throws Exception {
        Files.createDirectories(to);
        for (String name : List.of("other-lz4.jar", aircompressor.getFileName().toString())) {
            Files.copy(from.resolve(name), to.resolve(name));
        }
    }

    /** What takes a built-in method's place has to keep the contract as well. */
    @Test
    void shouldKeepTheContract() throws Exception {
        LayerProviders layer = LayerProviders.load(new ProviderPath(equal, false).sources().get(0));
        assertEquals(List.of(), layer.problems());
        Report report = new Conformance(() -> another(layer.found().get(0))).run();
        assertEquals(List.of(), report.results().stream().filter(each -> each.outcome() == RuleResult.Outcome.FAILED)
                .map(RuleResult::toString).toList());
        layer.layer().deleteCopies().run();
    }

    private static MultiFDMethods another(FoundProvider provider) {
        try {
            return provider.another();
        } catch (Throwable e) { // as the constructor's
            throw new AssertionError(e);
        }
    }
}
