package org.multifd.core.internal.provider;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;

/** One receiving channel's payload, used again for each packet. Checks that the method consumes exactly all of it. */
final class PacketPayloadSource implements PayloadSource {

    private final Seat seat;
    private PayloadInput input;
    private ByteBuffer view;
    private int length;
    private boolean direct;
    private IOException failure;
    private long readNanos;

    /** @param seat whose receiver reads it */
    PacketPayloadSource(Seat seat) {
        this.seat = seat;
    }

    void reset(PayloadInput from, int ofLength) {
        input = from;
        length = ofLength;
        view = null;
        direct = false;
        failure = null;
        readNanos = 0;
    }

    /** Time spent waiting for the socket since the reset. */
    long readNanos() {
        return readNanos;
    }

    /** What reading failed with since the reset, or null: then that is the reason, whatever the method makes of it. */
    IOException failure() {
        return failure;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public ByteBuffer buffer() throws IOException {
        if (view != null) {
            return view;
        }
        if (direct) {
            throw new IllegalStateException("the payload was already read into the pages");
        }
        read(null);
        return view;
    }

    @Override
    public void readInto(PageRuns pages) throws MultiFDException, IOException {
        if (length != pages.bytes()) {
            throw new MultiFDException("payload: received " + length + " bytes, expected " + pages.bytes() + " for "
                    + pages.pages() + " pages");
        }
        if (view != null || direct) {
            throw new IllegalStateException("the payload was already read");
        }
        direct = true;
        read(pages);
    }

    /** @param into null for a buffer of the input's own */
    private void read(PageRuns into) throws IOException {
        long start = System.nanoTime();
        seat.pause();
        try {
            if (into == null) {
                view = input.read(length);
            } else {
                input.readInto(into);
            }
        } catch (IOException e) {
            failure = e;
            throw e;
        } finally {
            seat.resume();
            readNanos = System.nanoTime() - start;
        }
    }

    /** Rule 3.2: nothing left over. */
    void checkConsumed() throws MultiFDException {
        if (view == null && !direct) {
            throw new MultiFDException("payload: the method read 0 of " + length + " bytes, expected all (rule 3.2)");
        }
        if (view != null && view.hasRemaining()) {
            throw new MultiFDException("payload: the method left " + view.remaining() + " of " + length
                    + " bytes unread, expected 0 (rule 3.2)");
        }
    }
}
