package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.channel.Seats;

/** Single pages of a compressed snapshot: one read and one decode each, unless it is the frame of the page before. */
final class FrameReader implements PageReader {

    private final FrameSnapshot snapshot;
    private final FrameDecoder decoder;
    private final int pageSize;

    FrameReader(FrameSnapshot snapshot, Seats seats) {
        this.snapshot = snapshot;
        this.decoder = new FrameDecoder(snapshot, seats);
        this.pageSize = snapshot.blocks().pageSize();
    }

    @Override
    public void read(int block, long offset, ByteBuffer into) throws IOException {
        int number = snapshot.index().frameOf(block, offset / pageSize);
        if (number == 0) {
            PageReader.clear(into, pageSize);
            return;
        }
        int place = decoder.frame(number).indexOf(offset) * pageSize;
        into.put(into.position(), decoder.pages(number), place, pageSize).position(into.position() + pageSize);
    }

    @Override
    public void close() throws IOException {
        try {
            decoder.close();
        } catch (MigrationException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
