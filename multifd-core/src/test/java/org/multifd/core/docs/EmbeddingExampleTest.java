package org.multifd.core.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.multifd.core.DirtyBitmap;
import org.multifd.core.Guest;
import org.multifd.core.GuestRam;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.MigrationStats;
import org.multifd.core.RamSupplier;

/** The README's example: the marked regions here, which are run. */
class EmbeddingExampleTest {

    private static final String TEXT = "hello, other side";

    private static final class QuietGuest implements Guest {
        @Override
        public void pause() {
        }

        @Override
        public void resume() {
        }
    }

    private static GuestRam receive(String uri, Consumer<String> listening) throws MigrationException {
        // README: destination
        try (MigrationDestination destination = new MigrationDestination(MethodRegistry.load(),
                MigrationParameters.defaults(), RamSupplier.allocating(1L << 30))) {
            listening.accept(destination.listen(uri)); // tcp:127.0.0.1:0 picks a port: tell the source
            destination.receive();                     // by whatever method the source uses
            return destination.ram();                  // complete, and the source knows it
        }
        // end
    }

    private static MigrationStats migrate(String address, Guest guest) throws MigrationException {
        // README: source
        GuestRam ram = GuestRam.builder(4096).block("heap", 64L << 20).build();
        DirtyBitmap dirty = new DirtyBitmap(ram);

        byte[] text = "hello, other side".getBytes(StandardCharsets.UTF_8);
        ram.write("heap", 8192, ByteBuffer.wrap(text)); // your threads write off-heap memory...
        dirty.mark("heap", 8192, text.length);          // ...and mark it afterwards, also during the migration

        MigrationParameters parameters = MigrationParameters.builder()
                .set("multifd-compression", "zstd")     // QEMU's names, ranges and refusals
                .build();
        MigrationStats stats = new MigrationSource(MethodRegistry.load(), parameters, ram, dirty, guest)
                .migrate(address);                      // returns when the destination has confirmed
        // end
        return stats;
    }

    @Test
    void shouldMoveWhatTheReadmeWrites() throws Exception {
        CompletableFuture<String> address = new CompletableFuture<>();
        CompletableFuture<GuestRam> arrived = CompletableFuture.supplyAsync(() -> {
            try {
                return receive("tcp:127.0.0.1:0", address::complete);
            } catch (MigrationException e) {
                address.completeExceptionally(e);
                throw new CompletionException(e);
            }
        });
        MigrationStats stats = migrate(address.get(), new QuietGuest());
        byte[] text = new byte[TEXT.length()];
        arrived.get().read("heap", 8192, ByteBuffer.wrap(text));
        assertEquals(TEXT, new String(text, StandardCharsets.UTF_8));
        assertEquals("zstd", stats.method());
    }

    @Test
    void shouldBeWhatTheReadmeShows() throws Exception {
        String readme = Repository.read("README.md");
        String here = Repository.read("multifd-core/src/test/java/" + getClass().getName().replace('.', '/') + ".java");
        for (String region : new String[] {"// README: destination", "// README: source"}) {
            String snippet = Repository.between(here, region, "// end");
            assertTrue(readme.contains("```java\n" + snippet + "```\n"), "README.md lacks this block:\n" + snippet);
        }
    }
}
