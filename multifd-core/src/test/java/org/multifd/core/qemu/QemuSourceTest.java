package org.multifd.core.qemu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.core.Eventually;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.RamSupplier;

/** A stock, unpatched QEMU migrates into a {@link MigrationDestination}. */
@ParameterizedClass(name = "{0}")
@MethodSource("org.multifd.core.qemu.QemuBinary#all")
@Tag("qemu")
class QemuSourceTest extends EachQemu {

    private static final int PAGE = 4096;
    private static final byte SECTION_FULL = 0x04;
    private static final int PONG_BYTES = 8;

    private static MigrationDestination destination(int channels, String accepted) {
        MigrationParameters.Builder parameters = MigrationParameters.builder().set("multifd-channels", channels)
                .set("timeout", Eventually.PATIENT_MILLIS);
        if (accepted != null) {
            parameters.set("multifd-compression", accepted);
        }
        return new MigrationDestination(MethodRegistry.load(), parameters.build(), RamSupplier.allocating(64 << 20));
    }

    static CompletableFuture<MigrationStats> receive(MigrationDestination destination) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return destination.receive();
            } catch (MigrationException e) {
                throw new CompletionException(e);
            }
        });
    }

    /** Migrates and compares; the image that has arrived. */
    private static byte[] migrate(Qemu qemu, String method, int channels, boolean returnPath) throws Exception {
        try (MigrationDestination destination = destination(channels, null)) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = receive(destination);
            qemu.configure(method, channels, returnPath);
            qemu.migrate(uri);
            MigrationStats stats = received.get();
            assertEquals("completed", qemu.awaitEnd());
            assertEquals(method, stats.method());
            assertEquals(channels, stats.channels().size());
            assertEquals(SECTION_FULL, destination.deviceState()[0], "the devices' sections begin");
            ByteBuffer image = ByteBuffer.allocate(16 << 20);
            destination.ram().read("pc.ram", 0, image);
            assertArrayEquals(qemu.ram(), image.array());
            return image.array();
        }
    }

    /** A third zero pages, a third text, a third noise. */
    private static byte[] content() {
        SplittableRandom random = new SplittableRandom(5);
        ByteBuffer pages = ByteBuffer.allocate(3 << 20);
        while (pages.hasRemaining()) {
            int kind = random.nextInt(3);
            for (int i = 0; i < PAGE / Long.BYTES; i++) {
                pages.putLong(kind == 0 ? 0 : kind == 1 ? 0x7465787420202020L + random.nextInt(9) : random.nextLong());
            }
        }
        return pages.array();
    }

    @ParameterizedTest
    @CsvSource({"none,1,false", "none,2,true", "none,4,true", "zlib,1,true", "zlib,2,false", "zlib,4,true",
            "zstd,1,false", "zstd,2,true", "zstd,4,false"})
    void shouldReceiveAStoppedGuest(String method, int channels, boolean returnPath) throws Exception {
        byte[] content = content();
        try (Qemu qemu = Qemu.stopped(binary, temp, content)) {
            ByteBuffer image = ByteBuffer.wrap(migrate(qemu, method, channels, returnPath));
            assertEquals(ByteBuffer.wrap(content), image.slice(2 << 20, content.length));
        }
    }

    @ParameterizedTest
    @CsvSource({"none,2,true", "none,4,false", "zlib,1,false", "zlib,2,true", "zstd,1,true", "zstd,2,false",
            "zstd,4,true"})
    void shouldReceiveARunningGuest(String method, int channels, boolean returnPath) throws Exception {
        try (Qemu qemu = Qemu.counting(binary, temp)) {
            byte[] image = migrate(qemu, method, channels, returnPath);
            assertNotEquals(0, CounterGuest.passes(image));
            CounterGuest.assertConsistent(image);
        }
    }

    /** While memory is made nothing is read: the QEMU sees PONGs that it has not asked for. */
    @Test
    void shouldShowAQemuThatItLivesWhileMemoryIsMade() throws Exception {
        AtomicReference<MigrationDestination> slow = new AtomicReference<>();
        RamSupplier supplier = (pageSize, lengths) -> {
            long before = slow.get().stats().mainBytes();
            try {
                Eventually.await(() -> slow.get().stats().mainBytes() >= before + 3 * PONG_BYTES);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return RamSupplier.allocating(64 << 20).supply(pageSize, lengths);
        };
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-channels", 2).set("timeout", 2000)
                .build();
        try (Qemu qemu = Qemu.counting(binary, temp);
                MigrationDestination destination = new MigrationDestination(MethodRegistry.load(), parameters,
                        supplier)) {
            slow.set(destination);
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = receive(destination);
            qemu.configure("none", 2, true);
            qemu.migrate(uri);
            received.get();
            assertEquals("completed", qemu.awaitEnd());
            byte[] image = new byte[16 << 20];
            destination.ram().read("pc.ram", 0, ByteBuffer.wrap(image));
            assertArrayEquals(qemu.ram(), image);
        }
    }

    @Test
    void shouldRefuseAMethodThatWasNotAccepted() throws Exception {
        try (Qemu qemu = Qemu.stopped(binary, temp, content()); MigrationDestination destination = destination(2,
                "zlib")) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = receive(destination);
            qemu.configure("zstd", 2, true);
            qemu.migrate(uri);
            assertFailed(received, Kind.STREAM, "received method zstd");
            assertFailed(received, Kind.STREAM, "expected zlib");
            assertEquals("failed", qemu.awaitEnd());
        }
    }

    @ParameterizedTest
    @CsvSource({"4,2,true", "4,2,false", "2,4,true", "2,4,false"})
    void shouldNameTheChannelsThatDoNotMatch(int here, int there, boolean returnPath) throws Exception {
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-channels", here)
                .set("timeout", here < there ? Eventually.PATIENT_MILLIS : 2000).build();
        try (Qemu qemu = Qemu.stopped(binary, temp, content()); MigrationDestination destination =
                new MigrationDestination(
                MethodRegistry.load(), parameters, RamSupplier.allocating(64 << 20))) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = receive(destination);
            qemu.configure("none", there, returnPath);
            qemu.migrate(uri);
            assertFailed(received, here < there ? Kind.STREAM : Kind.PEER, "the same multifd-channels on both sides");
        }
    }

    private static void assertFailed(CompletableFuture<MigrationStats> received, Kind kind, String part) {
        Throwable cause = assertThrows(ExecutionException.class, received::get).getCause();
        MigrationException error = (MigrationException) cause;
        assertTrue(error.getMessage().contains(part), error.getMessage());
        assertEquals(kind, error.kind());
    }
}
