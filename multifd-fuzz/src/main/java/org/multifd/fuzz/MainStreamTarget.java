package org.multifd.fuzz;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.DeviceSections;
import org.multifd.core.internal.stream.DeviceTail;
import org.multifd.core.internal.stream.MainStreamHandler;
import org.multifd.core.internal.stream.MainStreamReader;
import org.multifd.core.internal.stream.RamSections;
import org.multifd.core.internal.wire.WireException;

/** The main stream behind its magic, up to the end of the devices' state. */
public final class MainStreamTarget {

    private static final int TAIL_LIMIT = 1 << 20;
    private static final int PAGE_SIZE = 4096;
    /** The reader's own, the exception, and a tail's copies: nothing that a stream's claims could grow. */
    private static final long HEAP = 3 << 20;

    private MainStreamTarget() {
    }

    /** The first byte says in which pieces it comes. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length > 0) {
            check(data);
        }
    }

    /** Whether they are valid; what must hold in any case is checked meanwhile. */
    static boolean check(byte[] data) {
        return Claims.check(data, HEAP + 8L * data.length, MainStreamTarget::accepts);
    }

    private static boolean accepts(byte[] data) {
        boolean accepted = false;
        Handler handler = new Handler();
        try {
            MainStreamReader reader = new MainStreamReader(new Chunks(data, 1, 1 + (data[0] & 0xFF) * 8), PAGE_SIZE,
                    TAIL_LIMIT, handler);
            byte[] tail = reader.read();
            Claims.hold(tail.length <= TAIL_LIMIT, "tail: " + tail.length);
            DeviceTail.ending(tail);
            walk(tail, reader.ramSections());
            accepted = true;
        } catch (WireException | EOFException e) {
            Claims.line(e);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return accepted;
    }

    /** There is a description at the end; only of one that was the last thing the sizes may be wrong. */
    private static void walk(byte[] tail, RamSections sections) {
        try {
            DeviceSections.of(tail, 0, sections.early());
        } catch (WireException e) {
            Claims.line(e);
        }
    }

    /** Holds the reader to what it promises of pages. */
    private static final class Handler implements MainStreamHandler {

        private final List<BlockEntry> blocks = new ArrayList<>();
        private int pageSize = PAGE_SIZE;

        @Override
        public void configuration(Configuration configuration) {
            pageSize = configuration.pageSize() == 0 ? PAGE_SIZE : configuration.pageSize();
        }

        @Override
        public void openReturnPath() {
            // nobody answers
        }

        @Override
        public void ping(int value) {
            // nobody answers
        }

        @Override
        public void ramList(List<BlockEntry> list) {
            Claims.hold(blocks.isEmpty() && !list.isEmpty(), "a second list, or an empty one");
            blocks.addAll(list);
        }

        @Override
        public void zeroPage(int block, long offset) {
            Claims.hold(offset >= 0 && offset % pageSize == 0 && offset <= blocks.get(block).length() - pageSize,
                    "offset: " + offset);
        }

        @Override
        public void page(int block, long offset, ByteBuffer page) {
            zeroPage(block, offset);
            Claims.hold(page.remaining() >= pageSize, "page: " + page.remaining());
        }

        @Override
        public void sync() {
            Claims.hold(!blocks.isEmpty(), "a mark before the list");
        }
    }
}
