package org.multifd.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDParams;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;

/**
 * Tells in a head in front of the pages what its sender saw of a packet, the block, each page's offset and the round;
 * the receiver demands to see the same. The pages follow as they lie, or as bytes, in turn.
 */
class TellingMethod extends PlainMethod {

    final AtomicInteger packets = new AtomicInteger();
    final AtomicInteger rounds = new AtomicInteger();

    TellingMethod(String name) {
        super(name);
    }

    /** What the sender tells the receiver of its channel at set-up. */
    private ByteBuffer message(MultiFDParams params) {
        return ByteBuffer.wrap((name() + " on channel " + params.channel() + " of " + params.pageSize()).getBytes(
                StandardCharsets.US_ASCII));
    }

    /** Block, pages and round. */
    private static int headBytes(int pages) {
        return Integer.BYTES * 3 + Long.BYTES * pages;
    }

    private static void put(PageRuns pages, int round, boolean asBytes, ByteBuffer head) {
        head.putInt(pages.block().hashCode()).putInt(round).putInt(asBytes ? 1 : 0);
        for (int page = 0; page < pages.pages(); page++) {
            head.putLong(pages.offset(page));
        }
    }

    @Override
    public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
        params.tellReceiver(message(params));
        return new MultiFDSender() {

            private int round;
            private boolean asBytes;

            @Override
            public void prepare(PageRuns pages, Payload out) {
                asBytes = !asBytes;
                put(pages, round, asBytes, out.buffer());
                if (asBytes) {
                    pages.copyTo(out.buffer());
                } else {
                    out.appendPages();
                }
            }

            @Override
            public void endOfRound() {
                round++;
            }

            @Override
            public void close() {
            }
        };
    }

    @Override
    public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
        ByteBuffer told = params.setupMessage();
        if (!message(params).equals(told)) {
            throw new MultiFDException("received the set-up message "
                    + (told == null ? "null" : StandardCharsets.US_ASCII.decode(told)));
        }
        return new MultiFDReceiver() {

            private int round;

            @Override
            public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                ByteBuffer head = in.head(headBytes(pages.pages()));
                boolean asBytes = head.getInt(head.position() + 2 * Integer.BYTES) != 0;
                ByteBuffer seen = ByteBuffer.allocate(headBytes(pages.pages()));
                put(pages, round, asBytes, seen);
                if (!seen.flip().equals(head)) {
                    throw new MultiFDException("the sender saw other addresses or another round in " + pages.block());
                }
                if (asBytes) {
                    pages.copyFrom(in.buffer());
                } else {
                    in.readInto(pages);
                }
                packets.incrementAndGet();
            }

            @Override
            public void endOfRound() {
                round++;
                rounds.incrementAndGet();
            }

            @Override
            public void close() {
            }
        };
    }
}
