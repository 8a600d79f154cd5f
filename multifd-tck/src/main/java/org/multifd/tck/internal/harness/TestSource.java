package org.multifd.tck.internal.harness;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;
import org.multifd.tck.Rule;

/**
 * Where a method takes a payload from: strict. The payload lies in the middle of other bytes, as it does in a channel's
 * buffer: what follows it can be chosen, to see whether it is read, and nothing of it may be written, which native code
 * can do although the buffer is read-only.
 */
public final class TestSource implements PayloadSource {

    private static final int HEAD = 4096;
    private static final int TAIL = 4096;

    private static final byte[] ZEROS = new byte[TAIL];

    private final ByteBuffer memory = ByteBuffer.allocateDirect(HEAD + ChannelParams.PAYLOAD_LIMIT + TAIL);
    private final ByteBuffer image = ByteBuffer.allocate(memory.capacity());
    private final ByteBuffer buffer = memory.asReadOnlyBuffer();
    private byte[] payload;
    private TestPages pages;
    private IOException failure;
    private int head;
    private boolean asked;
    private boolean readInto;
    private RuleFailed broken;

    public void load(byte[] thePayload, TestPages thePages) {
        load(thePayload, ZEROS, thePages);
    }

    public void load(byte[] thePayload, byte[] tail, TestPages thePages) {
        payload = thePayload;
        pages = thePages;
        failure = null;
        head = 0;
        asked = false;
        readInto = false;
        broken = null;
        image.put(HEAD, payload).put(HEAD + payload.length, ZEROS).put(HEAD + payload.length, tail);
        memory.put(0, image, 0, end());
    }

    private int end() {
        return HEAD + payload.length + TAIL;
    }

    /** The connection fails when the payload is asked for. */
    public void failWith(IOException theFailure) {
        failure = theFailure;
    }

    /** What the method did wrong with the source although it returned normally, or null. */
    public String notUsedUp() {
        if (asked && readInto) {
            return "took the payload both by buffer() and by readInto()";
        }
        if (!asked && !readInto && head < payload.length) {
            return "took " + (head == 0 ? "nothing" : "the first " + head) + " of the payload's " + payload.length
                    + " bytes";
        }
        int left = asked ? HEAD + payload.length - buffer.position() : 0;
        return left == 0 ? null : "left " + left + " of the payload's " + payload.length + " bytes over";
    }

    /** Whether the method wrote into the payload or beside it. */
    boolean overwritten() {
        return !memory.slice(0, end()).equals(image.slice(0, end()));
    }

    void demand() {
        if (broken != null) {
            throw broken;
        }
    }

    @Override
    public int length() {
        return payload.length;
    }

    @Override
    public ByteBuffer head(int bytes) throws MultiFDException, IOException {
        if (failure != null) {
            throw failure;
        }
        if (bytes < 1 || head > 0 || asked || readInto) {
            broken = new RuleFailed(Rule.RULE_3_2, "asked for a head of " + bytes
                    + " bytes, expected at least one, once, before the rest");
            throw new IllegalStateException(broken.getMessage());
        }
        if (bytes > payload.length) {
            throw new MultiFDException("the payload has " + payload.length + " bytes, and no head of " + bytes);
        }
        head = bytes;
        return buffer.limit(HEAD + bytes).position(HEAD);
    }

    @Override
    public ByteBuffer buffer() throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (!asked) {
            asked = true;
            buffer.limit(HEAD + payload.length).position(HEAD + head);
        }
        return buffer;
    }

    @Override
    public void readInto(PageRuns thePages) throws MultiFDException, IOException {
        if (failure != null) {
            throw failure;
        }
        if (thePages != pages) {
            broken = new RuleFailed(Rule.RULE_3_2, "readInto was given other pages than recv");
            throw new IllegalStateException(broken.getMessage());
        }
        if (payload.length - head != pages.bytes()) {
            throw new MultiFDException("the payload has " + (payload.length - head) + " bytes, the pages have "
                    + pages.bytes());
        }
        readInto = true;
        pages.copyFrom(ByteBuffer.wrap(payload, head, payload.length - head));
    }
}
