package org.multifd.core.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.MainStreamHandler;
import org.multifd.core.internal.stream.MainStreamReader;
import org.multifd.core.internal.transport.Address;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Listener;

/** A stock QEMU's migration without multifd: the main stream's reader reads pages and zero pages from main alone. */
class MainOnlyCaptureTest implements MainStreamHandler {

    private static final int PAGE = 4096;

    private final List<BlockEntry> blocks = new ArrayList<>();
    private final List<byte[]> ram = new ArrayList<>();
    private Configuration configuration;
    private int pages;
    private int zeroPages;
    private int marks;

    @Test
    void shouldReadAllPagesFromMain() throws Exception {
        Recorded recorded = Recorded.of(Capture.MAIN_ONLY);
        byte[] tail;
        try (Listener listener = Listener.open(Address.parse("tcp:127.0.0.1:0"), 1)) {
            List<Replayer.Connection> main = List.of(new Replayer.Connection(recorded.main.bytes, true));
            Replayer replayer = new Replayer(listener.bound(), main, true);
            try (Connection connection = listener.accept()) {
                connection.readFully(ByteBuffer.allocate(4), "the magic");
                tail = new MainStreamReader(connection, PAGE, 1 << 20, this).read();
            }
            assertEquals(List.of(), replayer.awaitClosed());
        }
        assertEquals(new Configuration("pc-i440fx-7.2", 0, List.of(), null), configuration);
        assertEquals(774, pages);
        assertEquals(3403, zeroPages);
        assertEquals(recorded.main.marks(), marks);
        assertEquals(List.copyOf(recorded.guest.ram.keySet()), blocks.stream().map(BlockEntry::name).toList());
        for (int i = 0; i < ram.size(); i++) {
            assertArrayEquals(recorded.guest.ram.get(blocks.get(i).name()), ram.get(i), blocks.get(i).name());
        }
        assertEquals(Capture.MAIN_ONLY.md5(),
                String.format("%032x", new BigInteger(1, MessageDigest.getInstance("MD5").digest(ram.get(0)))));
        assertArrayEquals(recorded.main.tail(), tail);
    }

    @Override
    public void configuration(Configuration read) {
        assertNull(configuration, "a second configuration");
        configuration = read;
    }

    @Override
    public void openReturnPath() {
        throw new AssertionError("a return path");
    }

    @Override
    public void ping(int value) {
        throw new AssertionError("a ping");
    }

    @Override
    public void ramList(List<BlockEntry> list) {
        blocks.addAll(list);
        for (BlockEntry block : list) {
            byte[] old = new byte[Math.toIntExact(block.length())];
            Arrays.fill(old, (byte) 0xA5);
            ram.add(old);
        }
    }

    @Override
    public void zeroPage(int block, long offset) {
        zeroPages++;
        Arrays.fill(ram.get(block), Math.toIntExact(offset), Math.toIntExact(offset) + PAGE, (byte) 0);
    }

    @Override
    public void page(int block, long offset, ByteBuffer page) {
        pages++;
        page.get(ram.get(block), Math.toIntExact(offset), PAGE);
    }

    @Override
    public void sync() {
        marks++;
    }
}
