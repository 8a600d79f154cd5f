package org.multifd.core.internal.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.multifd.core.internal.transport.ConnectionPair;
import org.multifd.core.internal.wire.WireException;

/** Reads a stream over a real socket and notes what it says. */
class Reading implements MainStreamHandler {

    static final int TAIL_LIMIT = 1 << 20;

    final List<String> said = new ArrayList<>();

    /** Reads the stream to its end; the tail is the result. */
    byte[] read(byte[] stream) throws IOException {
        return read(stream, 4096);
    }

    byte[] read(byte[] stream, int pageSizeHint) throws IOException {
        try (ConnectionPair pair = new ConnectionPair()) {
            if (stream.length > 16 * 1024) {
                pair.sendInBackground(stream);
            } else {
                pair.sendAll(stream);
            }
            ByteBuffer magic = ByteBuffer.allocate(4);
            pair.near.readFully(magic, "the magic");
            assertEquals(MainStreamReader.MAGIC, magic.getInt(0));
            return new MainStreamReader(pair.near, pageSizeHint, TAIL_LIMIT, this).read();
        }
    }

    /** The text with which the stream is refused. */
    static String refusal(Bytes stream) {
        return assertThrows(WireException.class, () -> new Reading().read(stream.array())).getMessage();
    }

    @Override
    public void configuration(Configuration configuration) {
        said.add(configuration.machine() + " page size " + configuration.pageSize() + " capabilities "
                + configuration.capabilities() + " uuid " + configuration.uuid());
    }

    @Override
    public void openReturnPath() {
        said.add("open return path");
    }

    @Override
    public void ping(int value) {
        said.add("ping " + value);
    }

    @Override
    public void ramList(List<BlockEntry> blocks) {
        StringBuilder text = new StringBuilder("ram");
        blocks.forEach(block -> text.append(' ').append(block.name()).append('=').append(block.length()));
        said.add(text.toString());
    }

    @Override
    public void zeroPage(int block, long offset) {
        said.add("zero " + block + "@" + offset);
    }

    @Override
    public void page(int block, long offset, ByteBuffer page) {
        said.add("page " + block + "@" + offset + " " + page.get(page.position()));
    }

    @Override
    public void sync() {
        said.add("sync");
    }
}
