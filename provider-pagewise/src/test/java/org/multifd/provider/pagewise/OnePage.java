package org.multifd.provider.pagewise;

import java.nio.ByteBuffer;
import org.multifd.api.PageRuns;

/** A packet of one page of any size. */
record OnePage(ByteBuffer memory) implements PageRuns {

    @Override
    public int pageSize() {
        return memory.capacity();
    }

    @Override
    public int pages() {
        return 1;
    }

    @Override
    public int bytes() {
        return memory.capacity();
    }

    @Override
    public int runs() {
        return 1;
    }

    @Override
    public String block() {
        return "pc.ram";
    }

    @Override
    public long offset(int page) {
        return 0;
    }

    @Override
    public ByteBuffer buffer(int run) {
        return memory.duplicate();
    }

    @Override
    public void copyTo(ByteBuffer dst) {
        dst.put(memory.duplicate());
    }

    @Override
    public void copyFrom(ByteBuffer src) {
        throw new UnsupportedOperationException("only sent");
    }
}
