package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.internal.wire.BlockTable;
import org.multifd.core.internal.wire.Flags;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * What we write to a zstd channel, as it crossed the wire, is left in {@code target/recorded} beside the pages it
 * stands for: a decoder that is not ours, the zstd command line, must agree.
 */
class RecordedZstdChannelTest {

    private static final int PAGE = 4096;

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 20})
    void shouldLeaveAChannelForTheCommandLine(int level) throws Exception {
        MethodRegistry registry = MethodRegistry.load();
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-channels", 1)
                .set("multifd-compression", "zstd").set("multifd-zstd-level", level).build();
        byte[] channel;
        try (TestGuest guest = new TestGuest(TestGuest.ram(PAGE, 8 << 20), level, new byte[0]);
                MigrationDestination destination = new MigrationDestination(registry, parameters,
                        RamSupplier.allocating(1 << 30));
                RecordingProxy proxy = new RecordingProxy(destination.listen("tcp:127.0.0.1:0"))) {
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            MigrationStats sent = new MigrationSource(registry, parameters, guest.ram, guest.log, guest)
                    .migrate(proxy.address());
            received.get();
            MigrationTest.assertSame(guest.ram, destination.ram());
            channel = proxy.recordings().get(1);
            assertEquals(sent.channels().get(0).bytes(), channel.length);
            long pages = split(channel, guest.ram, directory().resolve("zstd-level-" + level));
            assertEquals(sent.normalPages(), pages);
        }
    }

    private static Path directory() throws IOException {
        return Files.createDirectories(Path.of(System.getProperty("basedir", "."), "target", "recorded"));
    }

    /**
     * Writes all payloads to one file and the pages they hold to another; the guest never ran, so RAM still has them.
     */
    private static long split(byte[] channel, GuestRam ram, Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(channel);
        assertEquals("zstd", InitPacket.decode(in).method());
        PacketHeader header = new PacketHeader(PAGE);
        BlockTable blocks = ram.ramBlocks();
        ByteBuffer page = ByteBuffer.allocate(PAGE);
        long pages = 0;
        try (OutputStream payloads = Files.newOutputStream(Path.of(file + ".zst"));
                OutputStream raw = Files.newOutputStream(Path.of(file + ".raw"))) {
            while (in.hasRemaining()) {
                header.decode(in, blocks);
                assertTrue(header.normalPages == 0 || header.flags == Flags.ofMethod("zstd"), "flags " + header.flags);
                payloads.write(channel, in.position(), header.payloadLength);
                in.position(in.position() + header.payloadLength);
                for (int i = 0; i < header.normalPages; i++) {
                    ram.read(ram.blocks().get(header.block), header.offsets[i], page.clear());
                    raw.write(page.array());
                }
                pages += header.normalPages;
            }
        }
        return pages;
    }
}
