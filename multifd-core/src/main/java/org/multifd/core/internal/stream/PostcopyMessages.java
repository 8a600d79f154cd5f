package org.multifd.core.internal.stream;

import java.io.IOException;
import java.util.Arrays;
import org.multifd.core.internal.ram.PageBitmap;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.wire.Text;
import org.multifd.core.internal.wire.WireException;

/**
 * Reads what a postcopy destination says on the return path besides PONG and SHUT, and checks every field: requests for
 * pages, the pages that it has received, and that it resumes (docs/reference/postcopy.md). Nothing is allocated for a
 * request. For use by the return path's thread.
 */
public final class PostcopyMessages {

    /** What stands behind the pages that a destination has received. */
    private static final long RECEIVED_END = 0x0123456789abcdefL;

    private static final int RESUMED_VALUE = 1;
    /** The first page and the number of bytes. */
    private static final int REQUEST_BYTES = Long.BYTES + Integer.BYTES;
    private static final int NAME_LIMIT = 255;

    /** Takes the messages, which are valid. */
    public interface Handler {

        /** The guest needs a page. */
        void requested(int block, long offset) throws IOException;

        /** The destination has these pages of a block. */
        void received(int block, PageBitmap pages) throws IOException;

        /** The destination goes on after a break. */
        void resumed() throws IOException;
    }

    private final RamBlocks blocks;
    private final Handler handler;
    private final byte[] name = new byte[NAME_LIMIT];
    private int last = -1;

    public PostcopyMessages(RamBlocks blocks, Handler handler) {
        this.blocks = blocks;
        this.handler = handler;
    }

    static boolean has(int type) {
        return type >= Qevm.RETURN_PAGES_OF_BLOCK && type <= Qevm.RETURN_RESUMED;
    }

    /** Reads a message behind its type and length. */
    void read(Input in, int type, int length) throws IOException {
        switch (type) {
            case Qevm.RETURN_PAGES_OF_BLOCK, Qevm.RETURN_PAGES -> request(in, type, length);
            case Qevm.RETURN_RECEIVED -> received(in, length);
            default -> resumed(in, length);
        }
    }

    private void request(Input in, int type, int length) throws IOException {
        boolean named = type == Qevm.RETURN_PAGES_OF_BLOCK;
        if (named ? length <= REQUEST_BYTES + 1 || length > REQUEST_BYTES + 1 + NAME_LIMIT : length != REQUEST_BYTES) {
            throw new WireException("return path: received a request for pages (message type " + type + ") of " + length
                    + " bytes, expected " + (named ? REQUEST_BYTES + 2 + " to " + (REQUEST_BYTES + 1 + NAME_LIMIT)
                    : String.valueOf(REQUEST_BYTES)));
        }
        long start = in.u64("a request for pages");
        int bytes = in.u32("a request for pages");
        if (named) {
            last = block(in, length - REQUEST_BYTES - 1, "a request for pages");
        } else if (last < 0) {
            throw new WireException("return path: received a request for pages (message type " + type
                    + ") without a RAM block, expected one with a name first (message type "
                    + Qevm.RETURN_PAGES_OF_BLOCK + ")");
        }
        check(blocks.get(last), start, bytes);
        handler.requested(last, start);
    }

    private void check(RamBlock block, long start, int bytes) throws WireException {
        String place = "return path: received a request for " + Integer.toUnsignedString(bytes) + " bytes at byte "
                + Long.toUnsignedString(start) + " of RAM block " + Text.quote(block.name()) + ", expected ";
        if (bytes != block.pageSize()) {
            throw new WireException(place + "one page of " + block.pageSize() + " bytes; the destination's RAM must "
                    + "have pages of this size: no huge pages");
        }
        if (start % block.pageSize() != 0) {
            throw new WireException(place + "a multiple of the page size " + block.pageSize());
        }
        if (Long.compareUnsigned(start, block.length() - bytes) > 0) {
            throw new WireException(place + "a page within its " + block.length() + " bytes");
        }
    }

    /** Reads a name with its length. */
    private int block(Input in, int expected, String what) throws IOException {
        int length = in.u8(what);
        if (length != expected) {
            throw new WireException("return path: received a RAM block's name of " + length + " bytes in " + what
                    + ", expected " + expected + " by the message's length");
        }
        for (int i = 0; i < length; i++) {
            name[i] = (byte) in.u8(what);
        }
        for (int i = 0; i < blocks.count(); i++) {
            if (isName(blocks.get(i).nameBytes(), length)) {
                return i;
            }
        }
        byte[] unknown = Arrays.copyOf(name, length);
        throw new WireException("return path: received RAM block " + Text.quote(unknown) + " in " + what
                + ", expected one of " + Text.oneLine(blocks.names().toString()));
    }

    private boolean isName(byte[] known, int length) {
        return Arrays.equals(known, 0, known.length, name, 0, length);
    }

    /** Bits are in words of 64 in little-endian order, the rest is big-endian. */
    private void received(Input in, int length) throws IOException {
        String what = "the list of received pages";
        if (length < 2 || length > 1 + NAME_LIMIT) {
            throw new WireException("return path: received " + what + " with " + length + " bytes, expected 2 to "
                    + (1 + NAME_LIMIT));
        }
        int index = block(in, length - 1, what);
        RamBlock block = blocks.get(index);
        PageBitmap pages = new PageBitmap(block.pages());
        long size = in.u64(what);
        if (size != (long) pages.words() * Long.BYTES) {
            throw new WireException("return path: received " + what + " of RAM block " + Text.quote(block.name())
                    + " in " + Long.toUnsignedString(size) + " bytes, expected " + pages.words() * (long) Long.BYTES
                    + "; the snapshot is of another guest");
        }
        for (int word = 0; word < pages.words(); word++) {
            pages.add(word, Long.reverseBytes(in.u64(what)));
        }
        long end = in.u64(what);
        if (end != RECEIVED_END) {
            throw new WireException(String.format("return path: received 0x%016x behind %s of RAM block %s, expected "
                    + "0x%016x", end, what, Text.quote(block.name()), RECEIVED_END));
        }
        handler.received(index, pages);
    }

    private void resumed(Input in, int length) throws IOException {
        if (length != Integer.BYTES) {
            throw new WireException("return path: received message type " + Qevm.RETURN_RESUMED + " of " + length
                    + " bytes, expected " + Integer.BYTES);
        }
        int value = in.u32("that the destination resumes");
        if (value != RESUMED_VALUE) {
            throw new WireException("return path: received value " + Integer.toUnsignedString(value)
                    + " in message type " + Qevm.RETURN_RESUMED + ", expected " + RESUMED_VALUE);
        }
        last = -1;
        handler.resumed();
    }
}
