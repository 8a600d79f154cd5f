package org.multifd.core.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.multifd.core.transport.Address;
import org.multifd.core.transport.Connection;
import org.multifd.core.transport.Listener;
import org.multifd.core.wire.WireException;

/** RAM's records as QEMU writes them, over a socket. */
@Timeout(60)
class RamRecordsTest {

    private final ByteBuffer stream = ByteBuffer.allocate(4096);
    private final List<String> seen = new ArrayList<>();

    private final class Seen implements MainStreamHandler {
        @Override
        public void configuration(Configuration configuration) {
        }

        @Override
        public void openReturnPath() {
        }

        @Override
        public void ping(int value) {
        }

        @Override
        public void ramList(List<BlockEntry> blocks) {
            seen.add(blocks.toString());
        }

        @Override
        public void zeroPage(int block, long offset) {
            seen.add("zero " + block + " " + offset);
        }

        @Override
        public void page(int block, long offset, ByteBuffer page) {
            seen.add("page " + block + " " + offset);
        }

        @Override
        public void sync() {
            seen.add("sync");
        }
    }

    private RamRecordsTest name(String name) {
        stream.put((byte) name.length()).put(name.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    private RamRecordsTest record(long addressAndFlags) {
        stream.putLong(addressAndFlags);
        return this;
    }

    private void list() {
        record(3 * 4096 | Qevm.RAM_MEM_SIZE).name("a").record(4096).name("b").record(2 * 4096).record(Qevm.RAM_EOS);
    }

    private void read(int sections) throws IOException {
        try (Listener listener = Listener.open(Address.parse("tcp:127.0.0.1:0"), 1);
                Connection out = Connection.connect(Address.parse(listener.bound()), 10_000);
                Connection in = listener.accept()) {
            out.writeFully(stream.flip());
            RamRecords records = new RamRecords(new Input(in, 8192, 0), new Seen(), 4096);
            for (int i = 0; i < sections; i++) {
                records.read();
            }
        }
    }

    @Test
    void shouldContinueABlockBeyondTheEndOfASection() throws Exception {
        list();
        record(Qevm.RAM_ZERO).name("b");
        stream.put((byte) 0);
        record(Qevm.RAM_EOS);
        record(4096 | Qevm.RAM_ZERO | Qevm.RAM_CONTINUE);
        stream.put((byte) 0);
        record(Qevm.RAM_EOS);
        read(3);
        assertEquals(List.of("[BlockEntry[name=a, length=4096], BlockEntry[name=b, length=8192]]", "sync", "zero 1 0", "sync",
                "zero 1 4096", "sync"), seen);
    }

    @Test
    void shouldRefuseToContinueNoBlock() {
        list();
        record(4096 | Qevm.RAM_ZERO | Qevm.RAM_CONTINUE);
        stream.put((byte) 0);
        assertEquals("main channel: received a record that continues a block, expected one named before it",
                assertThrows(WireException.class, () -> read(2)).getMessage());
    }
}
