package org.multifd.core.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.MigrationStats;
import org.multifd.core.SnapshotInfo;

/** What the how-to on saving and restoring says is typed at a stock, unpatched QEMU. */
@ParameterizedClass(name = "{0}")
@MethodSource("org.multifd.core.qemu.QemuBinary#all")
@Tag("qemu")
class QemuSaveAndRestoreTest extends EachQemu {

    static final String PAGE = "save-and-restore.md";
    private static final String ADDRESS = "tcp:127.0.0.1:4444";
    private static final MethodRegistry METHODS = MethodRegistry.load();

    /** Saves the counter guest: how many passes it has made. */
    static long save(QemuBinary binary, Path directory, Path file) throws Exception {
        try (Qemu qemu = Qemu.counting(binary, directory);
                MigrationDestination destination = MigrationDestination.intoFile(METHODS,
                        MigrationParameters.defaults(), file, false)) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = QemuSourceTest.receive(destination);
            HowTo.type(qemu, PAGE, "save", Map.of(ADDRESS, uri));
            assertEquals("completed", qemu.awaitEnd());
            assertEquals("zstd", received.get().method());
            return CounterGuest.passes(qemu.ram());
        }
    }

    /** Restores it by the command's way: it goes on. */
    static void restore(QemuBinary binary, Path directory, Path file, long passes) throws Exception {
        try (Qemu qemu = Qemu.waiting(binary, directory)) {
            String uri = "unix:" + directory.resolve("incoming");
            HowTo.type(qemu, PAGE, "restore", Map.of(ADDRESS, uri));
            MigrationSource.fromFile(METHODS, MigrationParameters.builder().set("multifd-channels", 2)
                    .set("multifd-compression", "zstd").build(), file).migrate(uri);
            assertEquals("completed", qemu.awaitEnd());
            CounterGuest.assertGoesOn(qemu, passes);
        }
    }

    @Test
    void shouldSaveAndRestore() throws Exception {
        Path file = temp.resolve("guest.mig");
        long passes = save(binary, Files.createDirectory(temp.resolve("source")), file);
        assertEquals(binary.machine(), SnapshotInfo.read(file).machine());
        for (String each : new String[] {"first", "second"}) { // as often as there are QEMUs to take it
            restore(binary, Files.createDirectory(temp.resolve(each)), file, passes);
        }
    }
}
