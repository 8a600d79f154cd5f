package org.multifd.core.internal.outgoing.postcopy;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.outgoing.postcopy.PostcopyState.Event;
import org.multifd.core.internal.ram.PageBitmap;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.snapshot.PageReader;
import org.multifd.core.internal.snapshot.Snapshot;
import org.multifd.core.internal.stream.PostcopyMessages;
import org.multifd.core.internal.wire.Text;
import org.multifd.core.internal.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what a destination asks for: on the thread that reads the request, which waits for the file and for the
 * connection only. So nothing is queued, whatever a destination asks for.
 */
final class Answers implements PostcopyMessages.Handler {

    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private final RamBlocks blocks;
    private final Snapshot snapshot;
    private final PageReader reader;
    private final ByteBuffer page;
    private final SentPages sent;
    private final PageWriter writer;
    private final PostcopyEnding ending;
    private final PostcopyProgress progress;
    private final WorkingSet workingSet;
    private final Cursor cursor;
    private final boolean[] received;
    private int missing;

    /** @param seats where the snapshot's method comes from; null if it has none */
    Answers(Snapshot snapshot, Seats seats, SentPages sent, PageWriter writer, PostcopyEnding ending,
            PostcopyProgress progress, WorkingSet workingSet, Cursor cursor) {
        this.blocks = snapshot.blocks();
        this.snapshot = snapshot;
        this.reader = snapshot.reader(seats);
        this.page = ByteBuffer.allocateDirect(blocks.pageSize());
        this.sent = sent;
        this.writer = writer;
        this.ending = ending;
        this.progress = progress;
        this.workingSet = workingSet;
        this.cursor = cursor;
        this.received = new boolean[blocks.count()];
        this.missing = blocks.count();
    }

    @Override
    public void requested(int block, long offset) throws IOException {
        long start = System.nanoTime();
        PostcopyState state = ending.state();
        if (state == PostcopyState.SETUP) {
            throw new WireException("return path: received a request for a page of RAM block "
                    + Text.quote(blocks.get(block).name()) + " before the device state was sent, expected none");
        }
        progress.requests++;
        if (state == PostcopyState.RECOVERING && !hasAll() || sent.has(block, offset)) {
            return; // it asks again when it resumes; what was sent is on its way
        }
        ByteBuffer content = null;
        if (snapshot.isPresent(block, offset)) {
            content = page.clear();
            reader.read(block, offset, content);
            content.flip();
        }
        if (writer.urgent(block, offset, content)) {
            progress.latencies.add(System.nanoTime() - start);
            if (content == null) {
                progress.askedZero++;
            } else {
                progress.asked++;
                workingSet.asked(block, offset);
                cursor.near(block, offset);
            }
        }
    }

    @Override
    public void received(int block, PageBitmap pages) throws IOException {
        if (ending.state() != PostcopyState.RECOVERING || received[block]) {
            throw new WireException("return path: received the list of received pages of RAM block "
                    + Text.quote(blocks.get(block).name()) + (received[block] ? " twice" : "")
                    + ", expected it once, when it was asked for");
        }
        sent.markAll(block, pages);
        progress.there += pages.cardinality();
        received[block] = true;
        synchronized (this) {
            missing--;
        }
        ending.changed();
    }

    /** Returns whether the destination has said of each block what it has. */
    synchronized boolean hasAll() {
        return missing == 0;
    }

    @Override
    public void resumed() throws IOException {
        if (ending.state() != PostcopyState.RECOVERING || !hasAll()) {
            throw new WireException("return path: received that the destination resumes, expected that only when it was"
                    + " asked to");
        }
        progress.running();
        ending.on(Event.LOADED, null);
    }

    /** Lets go of what reading pages needs. On the thread that read them. */
    void close() {
        try {
            reader.close();
        } catch (IOException e) {
            LOG.debug("{}", e.getMessage());
        }
    }
}
