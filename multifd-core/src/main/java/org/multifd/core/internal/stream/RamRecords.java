package org.multifd.core.internal.stream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.multifd.core.internal.wire.PacketHeader;
import org.multifd.core.internal.wire.Text;
import org.multifd.core.internal.wire.WireException;

/**
 * The records of RAM's sections. Finds out by which rule the stream synchronises (wire-format 6): a MULTIFD_FLUSH
 * before the first EOS means that these are the marks, otherwise every EOS is one.
 */
final class RamRecords {

    private static final int BLOCK_LIMIT = 4096;

    private final Input in;
    private final MainStreamHandler handler;
    private final int pageSize;
    private final List<MainStreamHandler.BlockEntry> blocks = new ArrayList<>();
    /** By the name's bytes, one character each: two names are never taken for one. */
    private final Map<String, Integer> indexes = new HashMap<>();
    private final boolean huge;
    private boolean flushRule;
    private boolean ruleKnown;
    /** The block of the record before, also across sections: QEMU's CONTINUE refers to it in the next one, too. */
    private int last = -1;

    /** @param huge whether blocks of huge pages say their size in the list */
    RamRecords(Input in, MainStreamHandler handler, int pageSize, boolean huge) {
        this.huge = huge;
        this.in = in;
        this.handler = handler;
        this.pageSize = pageSize;
    }

    /** Reads records up to and with the section's EOS. */
    void read() throws IOException {
        while (true) {
            handler.accepted(in.position());
            long record = in.u64("a RAM record");
            int flags = (int) (record & Qevm.RAM_FLAGS);
            long address = record & ~(long) Qevm.RAM_FLAGS;
            if (blocks.isEmpty() && flags != Qevm.RAM_MEM_SIZE) {
                throw new WireException(in.name()
                        + String.format(": received RAM record flags 0x%x at byte %d, expected the list of"
                        + " RAM blocks (0x%x) first", flags, in.position() - 8, Qevm.RAM_MEM_SIZE));
            }
            if (in.isFile() && record == 0) {
                throw zeros();
            }
            if (in.isFile() && flags != Qevm.RAM_MEM_SIZE && flags != Qevm.RAM_EOS) {
                throw new WireException(in.name()
                        + String.format(": received RAM record flags 0x%x at byte %d, expected EOS (0x%x)"
                        + " only: all pages have their places", flags, in.position() - 8, Qevm.RAM_EOS));
            }
            switch (flags) {
                case Qevm.RAM_MEM_SIZE -> list(address);
                case Qevm.RAM_ZERO, Qevm.RAM_ZERO | Qevm.RAM_CONTINUE -> zeroPage(flags, address);
                case Qevm.RAM_PAGE, Qevm.RAM_PAGE | Qevm.RAM_CONTINUE -> {
                    int block = block(flags, address);
                    handler.page(block, address, in.window(pageSize, "a page"));
                }
                case Qevm.RAM_MULTIFD_FLUSH -> flush();
                case Qevm.RAM_EOS -> {
                    endOfSection();
                    return;
                }
                default -> throw new WireException(in.name()
                        + String.format(": received RAM record flags 0x%x at byte %d, expected a"
                        + " zero page, a page, MULTIFD_FLUSH or EOS; turn off xbzrle, compress and the like at the "
                        + "source", flags, in.position() - 8));
            }
        }
    }

    private void flush() throws IOException {
        if (ruleKnown && !flushRule) {
            throw new WireException(in.name()
                    + ": received MULTIFD_FLUSH in a stream that synchronises at EOS, expected none");
        }
        if (!ruleKnown) {
            handler.flushRule();
        }
        flushRule = true;
        ruleKnown = true;
        handler.sync();
    }

    private void endOfSection() throws IOException {
        ruleKnown = true;
        if (!flushRule) {
            handler.sync();
        }
        handler.accepted(in.position()); // QEMU sends up to here, and the footer only with what comes next
    }

    private void list(long total) throws IOException {
        if (!blocks.isEmpty()) {
            throw new WireException(in.name() + ": received a second list of RAM blocks, expected one");
        }
        if (total <= 0) {
            throw new WireException(in.name() + ": received a list of RAM blocks of " + Long.toUnsignedString(total)
                    + " bytes, expected 1.." + Long.MAX_VALUE);
        }
        long left = total;
        while (left != 0) {
            if (blocks.size() == BLOCK_LIMIT) {
                throw new WireException(in.name() + ": received " + left + " bytes of RAM more after " + blocks.size()
                        + " RAM blocks, expected at most " + BLOCK_LIMIT + " blocks");
            }
            left -= listBlock(total, left);
            if (huge) {
                skipPageSize(left == 0);
            }
        }
        handler.ramList(List.copyOf(blocks));
    }

    private long listBlock(long total, long left) throws IOException {
        byte[] name = in.bytes(in.u8("a RAM block name's length"), "a RAM block name");
        long length = in.u64("a RAM block's length");
        if (in.isFile() && name.length == 0 && length == 0) {
            throw zeros();
        }
        if (length == 0 || Long.compareUnsigned(length, left) > 0) {
            throw new WireException(in.name() + ": received RAM block " + Text.quote(name) + " of "
                    + Long.toUnsignedString(length) + " bytes, expected 1.." + left + " to add up to " + total);
        }
        String text = new String(name, StandardCharsets.UTF_8);
        if (name.length == 0 || text.indexOf('\0') >= 0 || !Text.isUtf8(name)) {
            throw new WireException(in.name() + ": received RAM block name " + Text.quote(name)
                    + ", expected 1.." + PacketHeader.NAME_LIMIT + " bytes of UTF-8 without NUL");
        }
        if (indexes.putIfAbsent(key(name), blocks.size()) != null) {
            throw new WireException(in.name() + ": received RAM block " + Text.quote(name)
                    + " twice, expected each once");
        }
        MainStreamHandler.BlockEntry block = new MainStreamHandler.BlockEntry(text, length);
        blocks.add(block);
        if (in.isFile()) {
            place(block);
        }
        return length;
    }

    /**
     * A block of huge pages is followed by their size, if postcopy may start. Other blocks are followed by the next
     * one's name, the last one by a record: the size has neither the name's length nor a record's flags.
     */
    private void skipPageSize(boolean last) throws IOException {
        long next = in.peekLong("a RAM record");
        if (last ? (next & Qevm.RAM_FLAGS) == 0 : next >>> 56 == 0) {
            in.u64("a RAM block's page size");
        }
    }

    private void place(MainStreamHandler.BlockEntry block) throws IOException {
        String what = "a RAM block's mapped-ram header";
        MainStreamHandler.Place header = new MainStreamHandler.Place(in.u32(what), in.u64(what), in.u64(what),
                in.u64(what));
        handler.placed(block, header, in.position());
        in.seek(header.pagesOffset() + block.length());
    }

    /** As a crash leaves a file that was not on the disk yet. */
    private WireException zeros() {
        return new WireException(in.name() + ": received zeros before byte " + in.position() + ", expected a part of "
                + "the snapshot; it was not written to its end");
    }

    private static String key(byte[] name) {
        return new String(name, StandardCharsets.ISO_8859_1);
    }

    private void zeroPage(int flags, long address) throws IOException {
        int block = block(flags, address);
        int fill = in.u8("a zero page's byte");
        if (fill != 0) {
            throw new WireException(in.name() + ": received a page filled with byte " + fill + ", expected 0");
        }
        handler.zeroPage(block, address);
    }

    private int block(int flags, long address) throws IOException {
        if ((flags & Qevm.RAM_CONTINUE) == 0) {
            byte[] name = in.bytes(in.u8("a RAM block name's length"), "a RAM block name");
            Integer index = indexes.get(key(name));
            if (index == null) {
                throw new WireException(in.name() + ": received RAM block " + Text.quote(name)
                        + ", expected one of the list");
            }
            last = index;
        } else if (last < 0) {
            throw new WireException(in.name()
                    + ": received a record that continues a block, expected one named before it");
        }
        MainStreamHandler.BlockEntry block = blocks.get(last);
        long end = block.length() - pageSize;
        if (end < 0) {
            throw new WireException(in.name() + ": received a page for RAM block " + Text.quote(block.name()) + " of "
                    + block.length() + " bytes, expected at least one page of " + pageSize);
        }
        if ((address & pageSize - 1) != 0 || Long.compareUnsigned(address, end) > 0) {
            throw new WireException(in.name()
                    + String.format(": received page offset 0x%x in RAM block %s, expected a multiple of"
                    + " %d up to 0x%x", address, Text.quote(block.name()), pageSize, end));
        }
        return last;
    }
}
