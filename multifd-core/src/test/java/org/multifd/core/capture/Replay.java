package org.multifd.core.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.multifd.core.GuestRam;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.RamSupplier;

/** One replay into a real destination: its set-up, its outcome, and that it left nothing behind. */
final class Replay {

    private static final MethodRegistry METHODS = MethodRegistry.load();
    private static final int PAGE = 4096;
    private static final byte OLD = (byte) 0xA5;

    final MigrationParameters.Builder parameters;
    final List<Replayer.Connection> connections = new ArrayList<>();
    boolean waits = true;
    MigrationStats stats;
    MigrationException error;
    byte[] deviceState;

    private final Recorded recorded;
    private RamSupplier supplier;
    private GuestRam ram;

    Replay(Recorded recorded) {
        this.recorded = recorded;
        this.parameters = MigrationParameters.builder().set("multifd-channels", recorded.capture.channels());
        recorded.connections().forEach(bytes -> connections.add(new Replayer.Connection(bytes, true)));
        this.supplier = RamSupplier.into(filled(recorded.guest.ram));
    }

    /** RAM with something in every byte: what arrives as zero must be cleared. */
    private static GuestRam filled(Map<String, byte[]> blocks) {
        GuestRam.Builder ram = GuestRam.builder(PAGE);
        blocks.forEach((name, bytes) -> {
            byte[] old = new byte[bytes.length];
            Arrays.fill(old, OLD);
            ram.block(name, ByteBuffer.allocateDirect(old.length).put(old).flip());
        });
        return ram.build();
    }

    Replay intoFreshRam() {
        supplier = RamSupplier.allocating(64 << 20);
        return this;
    }

    Replay set(String name, Object value) {
        parameters.set(name, value);
        return this;
    }

    /** Another content for one connection: 0 is main, then the channels in the order in which they arrived. */
    Replay with(int connection, byte[] bytes) {
        connections.set(connection, new Replayer.Connection(bytes, true));
        return this;
    }

    Replay run() throws IOException, InterruptedException, MigrationException {
        Replayer replayer;
        String address;
        try (MigrationDestination destination = new MigrationDestination(METHODS, parameters.build(), supplier)) {
            address = destination.listen("tcp:127.0.0.1:0");
            replayer = new Replayer(address, connections, waits);
            try {
                stats = destination.receive();
            } catch (MigrationException e) {
                error = e;
                stats = destination.stats();
            }
            ram = destination.ram();
            deviceState = destination.deviceState();
        }
        assertEquals(List.of(), Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith("multifd-")).toList(), "threads left");
        assertEquals(List.of(), replayer.awaitClosed(), "connections left open");
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        assertThrows(ConnectException.class, () -> new Socket("127.0.0.1", port).close(), "still listening");
        return this;
    }

    Replay assertReceived() throws MigrationException {
        if (error != null) {
            throw error;
        }
        assertEquals(MigrationStats.State.COMPLETED, stats.state());
        assertEquals(List.copyOf(recorded.guest.ram.keySet()), ram.blocks());
        for (String block : ram.blocks()) {
            assertSame(recorded.guest.ram.get(block), block);
        }
        assertArrayEquals(recorded.main.tail(), deviceState);
        return this;
    }

    private void assertSame(byte[] expected, String block) {
        byte[] actual = block(block);
        int at = Arrays.mismatch(expected, actual);
        if (at >= 0) {
            fail(String.format("%s of %s differs from 0x%x on: 0x%02x, expected 0x%02x", block, recorded.capture, at,
                    actual[at], expected[at]));
        }
    }

    byte[] block(String name) {
        byte[] bytes = new byte[Math.toIntExact(ram.length(name))];
        ram.read(name, 0, ByteBuffer.wrap(bytes));
        return bytes;
    }

    Replay assertFailed(MigrationException.Kind kind, String message) {
        assertError(kind);
        assertEquals(message, error.getMessage());
        return this;
    }

    Replay assertFailedLike(MigrationException.Kind kind, String pattern) {
        assertError(kind);
        if (!error.getMessage().matches(pattern)) {
            assertEquals(pattern, error.getMessage(), "as a pattern");
        }
        return this;
    }

    private void assertError(MigrationException.Kind kind) {
        assertNotNull(error, "no failure: RAM and device state were reported as received");
        assertEquals(kind, error.kind(), error.getMessage());
        assertEquals(MigrationStats.State.FAILED, stats.state());
        assertEquals(null, deviceState, "device state of a failed migration");
    }
}
