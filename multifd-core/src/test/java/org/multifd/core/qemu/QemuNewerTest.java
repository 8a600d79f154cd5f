package org.multifd.core.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.MigrationStats;
import org.multifd.core.SnapshotInfo;

/** What only a QEMU from 9.0 on can do: load and write mapped-ram files, and run older machine types. */
@ParameterizedClass(name = "{0}")
@MethodSource("org.multifd.core.qemu.QemuBinary#fromNineOn")
@Tag("qemu")
class QemuNewerTest extends EachQemu {

    private static final MethodRegistry METHODS = MethodRegistry.load();

    @Override
    @BeforeEach
    void requireQemu() {
        binary.require("QEMU 9.0 or newer");
    }

    /** The counter guest of a machine type migrates into a file of ours; how many passes it has made. */
    private long receive(String machine, Path file, int channels) throws Exception {
        try (Qemu qemu = Qemu.counting(binary, machine, directory("source"));
                MigrationDestination destination = MigrationDestination.intoFile(METHODS,
                        MigrationParameters.defaults(), file, false)) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = QemuSourceTest.receive(destination);
            qemu.configure("zstd", channels, true);
            qemu.migrate(uri);
            received.get();
            assertEquals("completed", qemu.awaitEnd());
            return CounterGuest.passes(qemu.ram());
        }
    }

    private static void files(Qemu qemu, int channels) throws Exception {
        qemu.execute("migrate-set-capabilities",
                "{\"capabilities\": [{\"capability\": \"mapped-ram\", \"state\": true},{\"capability\": \"events\", "
                + "\"state\": true},{\"capability\": \"multifd\", \"state\": " + (channels > 0) + "}]}");
        if (channels > 0) {
            qemu.execute("migrate-set-parameters", "{\"multifd-channels\": " + channels + "}");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4})
    void shouldLoadASnapshotOfOurs(int channels) throws Exception {
        Path file = temp.resolve("guest.snap");
        long passes = receive("pc", file, 2);
        try (Qemu qemu = Qemu.waiting(binary, directory("destination"))) {
            files(qemu, channels);
            qemu.execute("migrate-incoming", "{\"uri\": \"file:" + file + "\"}");
            assertEquals("completed", qemu.awaitEnd());
            CounterGuest.assertGoesOn(qemu, passes);
        }
    }

    private void send(Path file, String machine, String method, int channels, long passes) throws Exception {
        try (Qemu qemu = Qemu.waitingAs(binary, machine, directory("destination"))) {
            qemu.configure(method, channels, true);
            MigrationSource.fromFile(METHODS, MigrationParameters.builder().set("multifd-compression", method)
                    .set("multifd-channels", channels).build(), file).migrate(qemu.listen());
            assertEquals("completed", qemu.awaitEnd());
            CounterGuest.assertGoesOn(qemu, passes);
        }
    }

    @ParameterizedTest
    @CsvSource({"0,zstd", "2,none", "4,zlib"})
    void shouldGoOnFromAFileThatItWroteItself(int channels, String method) throws Exception {
        Path file = temp.resolve("guest.mig");
        long passes;
        try (Qemu qemu = Qemu.counting(binary, directory("source"))) {
            files(qemu, channels);
            qemu.migrate("file:" + file);
            assertEquals("completed", qemu.awaitEnd());
            passes = CounterGuest.passes(qemu.ram());
        }
        assertEquals(binary.machine(), SnapshotInfo.read(file).machine());
        send(file, "pc", method, 2, passes);
    }

    /** Each row is another stream (wire-format 6): where rounds end, where zero pages travel. */
    @ParameterizedTest
    @ValueSource(strings = {"pc-i440fx-7.2", "pc-i440fx-8.1", "pc-i440fx-9.0"})
    void shouldFollowTheMachineTypeBothWays(String machine) throws Exception {
        Path file = temp.resolve("guest.snap");
        long passes = receive(machine, file, 4);
        assertEquals(machine, SnapshotInfo.read(file).machine());
        send(file, machine, "zstd", 4, passes);
    }

    /** What the how-to says is typed where no command of ours is needed. */
    @Test
    void shouldLoadAndWriteFilesAsTheHowToSays() throws Exception {
        Path ours = temp.resolve("ours.mig");
        Path own = temp.resolve("own.mig");
        QemuSaveAndRestoreTest.save(binary, directory("first"), ours);
        long passes;
        try (Qemu qemu = Qemu.waiting(binary, directory("second"))) {
            HowTo.type(qemu, QemuSaveAndRestoreTest.PAGE, "load", Map.of("file:guest.mig", "file:" + ours));
            assertEquals("completed", qemu.awaitEnd());
            HowTo.type(qemu, QemuSaveAndRestoreTest.PAGE, "save-itself", Map.of("file:guest.mig", "file:" + own));
            assertEquals("completed", qemu.awaitEnd());
            passes = CounterGuest.passes(qemu.ram());
        }
        QemuSaveAndRestoreTest.restore(binary, directory("third"), own, passes);
    }
}
