package org.multifd.core.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.lang.module.ModuleFinder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.api.MultiFDMethods;
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

/** The provider of the how-to is compiled from its page, found as a module provides it, and used. */
@Timeout(60)
class ProviderHowToTest {

    private static final String MODULE = "com.example.multifd.huffman";

    @TempDir
    Path temp;

    private static final class QuietGuest implements Guest {
        @Override
        public void pause() {
        }

        @Override
        public void resume() {
        }
    }

    private MultiFDMethods provider() throws Exception {
        Matcher block = Pattern.compile("(?m)^```java\\R((?s:.*?))^```$")
                .matcher(Repository.read("docs/howto/write-a-provider.md"));
        List<String> arguments = new ArrayList<>(List.of("-Xlint:all", "-Werror", "-p",
                Path.of(MultiFDMethods.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString(),
                "-d", temp.resolve("classes").toString()));
        for (String file : List.of("module-info.java", "HuffmanMethods.java")) {
            assertTrue(block.find(), file);
            arguments.add(Files.writeString(temp.resolve(file), block.group(1)).toString());
        }
        PrintWriter messages = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
        assertEquals(0, javac.run(messages, messages, arguments.toArray(String[]::new)));
        ModuleLayer boot = ModuleLayer.boot();
        ModuleLayer layer = boot.defineModulesWithOneLoader(boot.configuration().resolve(
                ModuleFinder.of(temp.resolve("classes")), ModuleFinder.of(), Set.of(MODULE)),
                MultiFDMethods.class.getClassLoader());
        return ServiceLoader.load(layer, MultiFDMethods.class).stream()
                .filter(each -> each.type().getModule().getName().equals(MODULE)).findFirst().orElseThrow().get();
    }

    @Test
    void shouldMigrateWithTheProviderOfThePage() throws Exception {
        MethodRegistry methods = MethodRegistry.of(provider());
        GuestRam ram = GuestRam.builder(4096).block("heap", 1 << 20).build();
        ByteBuffer content = ByteBuffer.allocate(1 << 20);
        for (int i = 0; content.hasRemaining(); i++) {
            content.putInt(i * i % 1000);
        }
        ram.write("heap", 0, content.flip());
        try (MigrationDestination destination = new MigrationDestination(methods, MigrationParameters.defaults(),
                RamSupplier.allocating(1 << 20))) {
            String address = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<Void> received = CompletableFuture.runAsync(() -> {
                try {
                    destination.receive();
                } catch (MigrationException e) {
                    throw new CompletionException(e);
                }
            });
            MigrationParameters parameters = MigrationParameters.builder().set("multifd-compression", "huffman").build();
            MigrationStats stats = new MigrationSource(methods, parameters, ram, new DirtyBitmap(ram), new QuietGuest())
                    .migrate(address);
            received.get();
            ByteBuffer arrived = ByteBuffer.allocate(1 << 20);
            destination.ram().read("heap", 0, arrived);
            assertEquals(content.rewind(), arrived.flip());
            assertTrue(stats.ratio() > 2, "ratio " + stats.ratio());
        }
    }
}
