package org.multifd.tck.internal.harness;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.multifd.api.PageRuns;
import org.multifd.tck.Rule;
import org.multifd.tck.internal.data.Layout;

/**
 * Pages for a method to read or to fill, with guard bytes on all sides, and strict: what the contract forbids is
 * refused, and remembered even if the method swallows the refusal. An image of the whole memory beside it tells what
 * was written. A page on either side lies within reach of the buffers; native code, which knows no limits, has some way
 * to go before it leaves the guarded memory.
 */
public final class TestPages implements PageRuns {

    private static final String BLOCK = "/objects/mem0";
    private static final int EDGE = 64 * 1024;
    private static final byte UNFILLED = (byte) 0xEE;
    private static final byte[] PATTERN = pattern();

    private final int pageSize;
    private final Layout layout;
    private final int[] slots;
    private final ByteBuffer memory;
    private final ByteBuffer image;
    private final List<ByteBuffer> writable = new ArrayList<>();
    private final List<ByteBuffer> readOnly = new ArrayList<>();
    private final int[] starts;
    private final int[] ends;

    private volatile Thread user;
    private volatile boolean sending;
    private volatile RuleFailed broken;
    private Runnable onAccess = () -> { };

    public TestPages(int pageSize, int pages, Layout layout) {
        this.pageSize = pageSize;
        this.layout = layout;
        slots = layout.slots(pages);
        int total = Arrays.stream(slots).max().orElseThrow() + 2;
        memory = ByteBuffer.allocateDirect(EDGE + total * pageSize + EDGE);
        image = ByteBuffer.allocate(memory.capacity());
        for (int at = 0; at < image.capacity(); at += PATTERN.length) {
            image.put(at, PATTERN);
        }
        memory.put(0, image, 0, memory.capacity());
        int segment = layout.segmentStart(pages);
        List<int[]> runs = new ArrayList<>();
        for (int page = 0; page < pages; page++) {
            int slot = slots[page];
            boolean neighbour = page > 0 && slot == slots[page - 1] + 1 && slot != segment;
            if (neighbour) {
                runs.get(runs.size() - 1)[1]++;
            } else {
                runs.add(new int[] {slot, slot + 1});
            }
        }
        starts = new int[runs.size()];
        ends = new int[runs.size()];
        for (int run = 0; run < runs.size(); run++) {
            int first = runs.get(run)[0];
            int from = segment > 0 && first >= segment ? segment : 0;
            int to = segment > 0 && first < segment ? segment : total;
            starts[run] = (first - from) * pageSize;
            ends[run] = (runs.get(run)[1] - from) * pageSize;
            ByteBuffer slice = memory.slice(EDGE + from * pageSize, (to - from) * pageSize);
            writable.add(slice);
            readOnly.add(slice.asReadOnlyBuffer());
        }
    }

    /** All bytes there are, in no order that a page would have; pages and edges are multiples of it. */
    private static byte[] pattern() {
        byte[] bytes = new byte[256];
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) (at * 31 + 7);
        }
        return bytes;
    }

    /** Puts content into the pages, in payload order. */
    public void fill(byte[] content) {
        for (int page = 0; page < slots.length; page++) {
            memory.put(at(page), content, page * pageSize, pageSize);
            image.put(at(page), content, page * pageSize, pageSize);
        }
    }

    /** Makes the pages unlike anything that will be decoded into them. */
    public void spoil() {
        byte[] page = new byte[pageSize];
        Arrays.fill(page, UNFILLED);
        for (int i = 0; i < slots.length; i++) {
            memory.put(at(i), page);
            image.put(at(i), page);
        }
    }

    /** The content of the pages, in payload order. */
    public byte[] content() {
        byte[] content = new byte[slots.length * pageSize];
        for (int page = 0; page < slots.length; page++) {
            memory.get(at(page), content, page * pageSize, pageSize);
        }
        return content;
    }

    /** Writes a part of one page as the guest would: the image does not see it. */
    public void write(int page, int offset, byte[] source, int from, int length) {
        memory.put(at(page) + offset, source, from, length);
    }

    /** The first byte that is not as it was, pages included; -1 if there is none. */
    int changed() {
        return memory.mismatch(image);
    }

    /** The first byte outside the pages that is not as it was; -1 if there is none. Takes the pages as they are. */
    int changedOutside() {
        for (int page = 0; page < slots.length; page++) {
            image.put(at(page), memory, at(page), pageSize);
        }
        return memory.mismatch(image);
    }

    /** Repairs the memory, so that what was written outside is reported once. */
    void repair() {
        memory.put(0, image, 0, memory.capacity());
    }

    public void lend(boolean toSender) {
        sending = toSender;
        user = Thread.currentThread();
    }

    public void takeBack() {
        user = null;
    }

    /** What happens each time that the method asks for memory: the guest writes. */
    public void onAccess(Runnable action) {
        onAccess = action;
    }

    /** Reports what the method did that it must not do, once. */
    void demand() {
        RuleFailed failure = broken;
        broken = null;
        if (failure != null) {
            throw failure;
        }
    }

    private int at(int page) {
        return EDGE + slots[page] * pageSize;
    }

    private void use(String what) {
        Thread lentTo = user;
        if (lentTo != Thread.currentThread()) {
            String call = sending ? "prepare" : "recv";
            refuse(what + (lentTo == null ? " after " + call + " returned" : " on another thread than " + call + "'s"));
        }
    }

    private void refuse(String what) {
        RuleFailed failure = new RuleFailed(sending ? Rule.RULE_2_5 : Rule.RULE_3_2, "used PageRuns." + what);
        broken = failure;
        throw new IllegalStateException(failure.getMessage());
    }

    @Override
    public int pageSize() {
        return pageSize;
    }

    @Override
    public int pages() {
        return slots.length;
    }

    @Override
    public int bytes() {
        return slots.length * pageSize;
    }

    @Override
    public int runs() {
        return starts.length;
    }

    @Override
    public String block() {
        use("block");
        return BLOCK;
    }

    @Override
    public long offset(int page) {
        use("offset");
        return (long) slots[Objects.checkIndex(page, slots.length)] * pageSize;
    }

    @Override
    public ByteBuffer buffer(int run) {
        use("buffer");
        onAccess.run();
        ByteBuffer buffer = (sending ? readOnly : writable).get(run);
        return buffer.limit(ends[run]).position(starts[run]).order(ByteOrder.BIG_ENDIAN);
    }

    @Override
    public void copyTo(ByteBuffer dst) {
        use("copyTo");
        if (dst.remaining() < bytes()) {
            throw new java.nio.BufferOverflowException();
        }
        for (int page = 0; page < slots.length; page++) {
            dst.put(dst.position(), memory, at(page), pageSize);
            dst.position(dst.position() + pageSize);
        }
        onAccess.run();
    }

    @Override
    public void copyFrom(ByteBuffer src) {
        use("copyFrom");
        if (sending) {
            broken = new RuleFailed(Rule.RULE_2_5, "called PageRuns.copyFrom while sending: pages are only read");
            throw new ReadOnlyBufferException();
        }
        if (src.remaining() < bytes()) {
            throw new java.nio.BufferUnderflowException();
        }
        for (int page = 0; page < slots.length; page++) {
            memory.put(at(page), src, src.position(), pageSize);
            src.position(src.position() + pageSize);
        }
    }

    @Override
    public String toString() {
        return slots.length + (slots.length == 1 ? " page" : " pages") + " of " + pageSize + " bytes, " + layout;
    }
}
