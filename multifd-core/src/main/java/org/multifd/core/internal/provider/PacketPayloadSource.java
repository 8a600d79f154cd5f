package org.multifd.core.internal.provider;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;

/** One receiving channel's payload, used again for each packet. Checks that the method consumes exactly all of it. */
final class PacketPayloadSource implements PayloadSource {

    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0).asReadOnlyBuffer();

    private final Seat seat;
    private PayloadInput input;
    private ByteBuffer view;
    private int length;
    /** How many bytes were taken as the head. */
    private int head;
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
        head = 0;
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
    public ByteBuffer head(int bytes) throws MultiFDException, IOException {
        if (bytes < 1) {
            throw new IllegalArgumentException("head: received " + bytes + " bytes, expected at least 1");
        }
        if (view != null || direct || head > 0) {
            throw new IllegalStateException("the payload was already read");
        }
        if (bytes > length) {
            throw new MultiFDException("payload: received " + length + " bytes, expected a head of " + bytes);
        }
        ByteBuffer first = read(0, bytes, null);
        head = bytes;
        return first;
    }

    @Override
    public ByteBuffer buffer() throws IOException {
        if (view != null) {
            return view;
        }
        if (direct) {
            throw new IllegalStateException("the payload was already read into the pages");
        }
        view = read(head, length, null);
        return view;
    }

    @Override
    public void readInto(PageRuns pages) throws MultiFDException, IOException {
        if (length - head != pages.bytes()) {
            throw new MultiFDException("payload: received " + (length - head) + " bytes" + behindHead() + ", expected "
                    + pages.bytes() + " for " + pages.pages() + " pages");
        }
        if (view != null || direct) {
            throw new IllegalStateException("the payload was already read");
        }
        direct = true;
        read(head, length, pages);
    }

    private String behindHead() {
        return head == 0 ? "" : " behind the head of " + head;
    }

    /** @param into null for a buffer of the input's own */
    private ByteBuffer read(int from, int to, PageRuns into) throws IOException {
        if (from == to) {
            return NOTHING;
        }
        long start = System.nanoTime();
        seat.pause();
        try {
            if (into == null) {
                return input.read(from, to);
            }
            input.readInto(into, from);
            return null;
        } catch (IOException e) {
            failure = e;
            throw e;
        } finally {
            seat.resume();
            readNanos += System.nanoTime() - start;
        }
    }

    /** Rule 3.2: nothing left over. */
    void checkConsumed() throws MultiFDException {
        if (view == null && !direct && head < length) {
            throw new MultiFDException("payload: the method read " + head + " of " + length
                    + " bytes, expected all (rule 3.2)");
        }
        if (view != null && view.hasRemaining()) {
            throw new MultiFDException("payload: the method left " + view.remaining() + " of " + length
                    + " bytes unread, expected 0 (rule 3.2)");
        }
    }
}
