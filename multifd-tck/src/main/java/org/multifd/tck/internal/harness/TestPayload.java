package org.multifd.tck.internal.harness;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.multifd.api.Payload;
import org.multifd.tck.Rule;

/** Where a method puts its payload: strict, and with guard bytes before and behind. */
public final class TestPayload implements Payload {

    private static final int EDGE = 4096;
    private static final int NONE = -1;
    private static final byte GUARD = 0x5C;
    private static final ByteBuffer UNTOUCHED = guards();
    private static final byte POISON = (byte) 0xA5;

    private final int limit;
    private final ByteBuffer memory;
    private final ByteBuffer buffer;
    private TestPages pages;
    private int appendedAt = NONE;
    private int effort = EFFORT_AS_SET;
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
        appendedAt = NONE;
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
        boolean appended = appendedAt != NONE;
        if (appended && appendedAt != size) {
            throw new RuleFailed(Rule.RULE_2_3, (size - appendedAt) + " bytes were put behind the appended pages");
        }
        int all = size + (appended ? pages.bytes() : 0);
        if (all < 1 || all > limit) {
            throw new RuleFailed(Rule.RULE_2_3, "the payload has " + all + " bytes, allowed are 1 to " + limit
                    + ", for " + pages);
        }
        byte[] payload = new byte[all];
        buffer.get(0, payload, 0, size);
        if (appended) {
            System.arraycopy(pages.content(), 0, payload, size, pages.bytes());
        }
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
        appendedAt = buffer.position();
    }

    @Override
    public int effort() {
        return effort;
    }

    /** What the next packets are asked for. */
    public void effort(int wanted) {
        effort = wanted;
    }
}
