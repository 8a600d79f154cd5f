package org.multifd.core.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.Eventually;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.MigrationStats;

/** A snapshot migrates into a stock, unpatched QEMU, and the guest goes on where it was. */
@ParameterizedClass(name = "{0}")
@MethodSource("org.multifd.core.qemu.QemuBinary#all")
@Tag("qemu")
class QemuDestinationTest {

    @TempDir
    static Path temp;

    @Parameter
    QemuBinary binary;

    private static Path snapshot;
    private static long passes;

    /** Saves the counter guest, in a process of its own, after it has made some passes. */
    @BeforeParameterizedClassInvocation
    static void save(QemuBinary binary) throws Exception {
        if (binary.command() == null) {
            return;
        }
        snapshot = temp.resolve("guest.mig");
        Files.deleteIfExists(snapshot);
        try (Qemu qemu = Qemu.counting(binary, Files.createTempDirectory(temp, "source"));
                MigrationDestination destination = MigrationDestination.intoFile(MethodRegistry.load(),
                        MigrationParameters.defaults(), snapshot, false)) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = QemuSourceTest.receive(destination);
            qemu.configure("zstd", 2, true);
            qemu.migrate(uri);
            received.get();
            assertEquals("completed", qemu.awaitEnd());
            passes = CounterGuest.passes(qemu.ram());
        }
        assertTrue(passes > 0, passes + " passes");
    }

    @BeforeEach
    void requireQemu() {
        binary.require("QEMU");
    }

    private static MigrationParameters.Builder parameters(String method, int channels) {
        return MigrationParameters.builder().set("multifd-channels", channels).set("multifd-compression", method)
                .set("timeout", Eventually.PATIENT_MILLIS);
    }

    private static MigrationStats send(MigrationParameters parameters, String uri) throws MigrationException {
        return MigrationSource.fromFile(MethodRegistry.load(), parameters, snapshot).migrate(uri);
    }

    @ParameterizedTest
    @CsvSource({"none,1,true", "none,2,false", "none,4,true", "zlib,1,false", "zlib,2,true", "zlib,4,false",
            "zstd,1,true", "zstd,2,false", "zstd,4,true"})
    void shouldBringTheGuestBackToLife(String method, int channels, boolean returnPath, @TempDir Path directory)
            throws Exception {
        try (Qemu qemu = Qemu.waiting(binary, directory)) {
            qemu.configure(method, channels, returnPath);
            MigrationStats sent = send(parameters(method, channels).build(), qemu.listen());
            assertEquals("completed", qemu.awaitEnd());
            assertEquals(method, sent.method());
            CounterGuest.assertGoesOn(qemu, passes);
        }
    }

    @Test
    void shouldSendEveryPageWithItsBytesIfAsked(@TempDir Path directory) throws Exception {
        try (Qemu qemu = Qemu.waiting(binary, directory)) {
            qemu.configure("zstd", 2, false);
            MigrationStats sent = send(parameters("zstd", 2).set("zero-page-detection", "none").build(), qemu.listen());
            assertEquals(0, sent.zeroPages());
            CounterGuest.assertGoesOn(qemu, passes);
        }
    }

    @Test
    void shouldGiveAQemuItsUuid(@TempDir Path directory) throws Exception {
        String uuid = "11223344-5566-7788-99aa-bbccddeeff00";
        try (Qemu qemu = Qemu.waiting(binary, directory, "-uuid", uuid)) {
            qemu.configure("none", 2, true);
            send(parameters("none", 2).set("uuid", uuid).build(), qemu.listen());
            CounterGuest.assertGoesOn(qemu, passes);
        }
    }

    @Test
    void shouldFailAtAQemuOfAnotherUuid(@TempDir Path directory) throws Exception {
        try (Qemu qemu = Qemu.waiting(binary, directory, "-uuid", "11223344-5566-7788-99aa-bbccddeeff00")) {
            qemu.configure("none", 2, true);
            String uri = qemu.listen();
            MigrationException error = assertThrows(MigrationException.class, () -> send(parameters("none", 2).build(),
                    uri));
            assertTrue(error.getMessage().endsWith("; see the destination's own message: it needs machine type "
                    + binary.machine() + ", multifd-channels 2,"
                    + " multifd-compression none and uuid 00000000-0000-0000-0000-000000000000 (zeros: none), "
                    + "without TLS"), error.getMessage());
            assertEquals(Kind.PEER, error.kind());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldNameTheChannelsThatTheQemuWaitsFor(boolean returnPath, @TempDir Path directory) throws Exception {
        try (Qemu qemu = Qemu.waiting(binary, directory)) {
            qemu.configure("none", 4, returnPath);
            String uri = qemu.listen();
            MigrationException error = assertThrows(MigrationException.class,
                    () -> send(parameters("none", 2).set("timeout", 2000).build(), uri));
            assertEquals("no byte moved for 2000 ms: the peer is silent or the connection is gone; see what the peer "
                    + "does, or raise timeout; it has said nothing yet and may be waiting for more channels: it "
                    + "needs multifd-channels 2, as many as here", error.getMessage());
            assertEquals(Kind.PEER, error.kind());
        }
    }

    @Test
    void shouldFailWhenTheQemuDies(@TempDir Path directory) throws Exception {
        try (Qemu qemu = Qemu.waiting(binary, directory)) {
            qemu.configure("none", 2, true);
            String uri = qemu.listen();
            // slow enough to die in the middle of it
            MigrationSource source = MigrationSource.fromFile(MethodRegistry.load(),
                    parameters("none", 2).set("max-bandwidth", 250_000).build(), snapshot);
            CompletableFuture<MigrationException> failed = CompletableFuture.supplyAsync(
                    () -> assertThrows(MigrationException.class, () -> source.migrate(uri)));
            Eventually.await(() -> source.stats().normalPages() > 0);
            qemu.kill();
            assertEquals(Kind.PEER, failed.get().kind(), failed.get().getMessage());
        }
    }
}
