package org.multifd.tck.internal.harness;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.multifd.api.Payload;
import org.multifd.tck.Rule;

/** Where a method puts its payload: strict, and with guard bytes before and behind. */
public final class TestPayload implements Payload {

    private static final int EDGE = 4096;
    private static final byte GUARD = 0x5C;
    private static final ByteBuffer UNTOUCHED = guards();
    private static final byte POISON = (byte) 0xA5;

    private final int limit;
    private final ByteBuffer memory;
    private final ByteBuffer buffer;
    private TestPages pages;
    private boolean appended;
    private RuleFailed broken;

    public TestPayload(int limit) {
        this.limit = limit;
        memory = ByteBuffer.allocateDirect(EDGE + limit + EDGE);
        memory.put(0, UNTOUCHED, 0, EDGE).put(EDGE + limit, UNTOUCHED, 0, EDGE);
        buffer = memory.slice(EDGE, limit + EDGE);
    }

    private static ByteBuffer guards() {
        byte[] bytes = new byte[EDGE];
        Arrays.fill(bytes, GUARD);
        return ByteBuffer.wrap(bytes);
    }

    public void clear(TestPages thePages) {
        pages = thePages;
        appended = false;
        broken = null;
        buffer.clear().limit(limit);
    }

    void demand() {
        if (broken != null) {
            throw broken;
        }
        if (!memory.slice(0, EDGE).equals(UNTOUCHED) || !memory.slice(EDGE + limit, EDGE).equals(UNTOUCHED)) {
            memory.put(0, UNTOUCHED, 0, EDGE).put(EDGE + limit, UNTOUCHED, 0, EDGE);
            throw new RuleFailed(Rule.RULE_2_3, "bytes were written beside the payload's memory");
        }
    }

    /** What will be sent. The memory is overwritten afterwards: whoever kept it as history loses it. */
    public byte[] take() {
        int size = buffer.position();
        if (appended && size > 0) {
            throw new RuleFailed(Rule.RULE_2_3, "payload has " + size + " bytes in the buffer and the pages appended");
        }
        if (appended) {
            return pages.content();
        }
        if (size < 1 || size > limit) {
            throw new RuleFailed(Rule.RULE_2_3, "the payload has " + size + " bytes, allowed are 1 to " + limit
                    + ", for " + pages);
        }
        byte[] payload = new byte[size];
        buffer.get(0, payload);
        for (int at = 0; at < size; at++) {
            buffer.put(at, POISON);
        }
        return payload;
    }

    @Override
    public ByteBuffer buffer() {
        return buffer;
    }

    @Override
    public void appendPages() {
        if (buffer.position() > 0) {
            broken = new RuleFailed(Rule.RULE_2_3, "appendPages after " + buffer.position() + " bytes were put");
            throw new IllegalStateException(broken.getMessage());
        }
        appended = true;
    }
}
