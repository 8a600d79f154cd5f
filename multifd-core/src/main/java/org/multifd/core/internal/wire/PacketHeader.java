package org.multifd.core.internal.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One packet's header and offsets (wire-format 3). A reused object: a channel has one and fills it for each packet.
 *
 * <p>All fields are unsigned on the wire. After {@link #decode} they are checked and safe to use as they are.
 */
public final class PacketHeader {

    /** A packet covers this much guest memory. */
    public static final int PACKET_BYTES = 512 * 1024;

    /** QEMU's receive buffer, which 7.2 does not check: no payload may be larger. */
    public static final int PAYLOAD_LIMIT = 1024 * 1024;

    public static final int MAGIC = 0x11223344;
    public static final int VERSION = 1;

    /** The longest block name that fits its field with a NUL. */
    public static final int NAME_LIMIT = 255;

    /** An extension, in a field that QEMU does not use: "MFCS", the next field of this SYNC is a checksum. */
    private static final int CHECKSUM_MAGIC = 0x4d464353;
    private static final int CHECKSUM_OFFSET = 36;

    /** An extension, in the next field that QEMU does not use: "MFPS", then a sum of the pages on this channel. */
    private static final int PAGE_SUM_MAGIC = 0x4d465053;
    private static final int PAGE_SUM_OFFSET = 48;

    private static final int NAME_OFFSET = 64;
    private static final int NAME_SIZE = NAME_LIMIT + 1;
    private static final int OFFSETS = NAME_OFFSET + NAME_SIZE;

    /** The packet's flags. */
    public int flags;
    /** Pages in the payload. */
    public int normalPages;
    /** Pages that are zero, without payload. */
    public int zeroPages;
    /** The payload's length in bytes; meaningful only with normal pages. */
    public int payloadLength;
    /** The sender's counter over all channels; nobody checks it. */
    public long packetNum;
    /** Whether a SYNC carries a checksum. */
    public boolean hasChecksum;
    /** The checksum over all RAM that was sent up to this SYNC; meaningful only with {@link #hasChecksum}. */
    public long checksum;
    /** Whether a SYNC carries a sum of the pages on its channel. */
    public boolean hasPageSum;
    /** The sum of the pages on this channel up to and with this packet; meaningful only with {@link #hasPageSum}. */
    public long pageSum;
    /** The index of the block in the table; meaningful only with pages. */
    public int block;
    /** Offsets in the block in bytes: first the normal pages', then the zero pages'. */
    public final long[] offsets;

    private final int pageSize;
    private final int pageCount;

    public PacketHeader(int pageSize) {
        this.pageSize = pageSize;
        this.pageCount = pageCount(pageSize);
        this.offsets = new long[pageCount];
    }

    /** How many pages a packet carries at most. */
    public static int pageCount(int pageSize) {
        return PACKET_BYTES / pageSize;
    }

    /** The header's size on the wire in bytes, with the offsets, which are always there in full. */
    public int size() {
        return OFFSETS + pageCount * Long.BYTES;
    }

    public boolean sync() {
        return (flags & Flags.SYNC) != 0;
    }

    public int pages() {
        return normalPages + zeroPages;
    }

    /**
     * A block's name as it goes into a header.
     *
     * @throws IllegalArgumentException if it is empty, has a NUL or half a character, or is longer than 255 bytes: a
     *     changed name would be another block's
     */
    public static byte[] blockName(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > NAME_LIMIT) {
            throw new IllegalArgumentException("RAM block name " + Text.quote(bytes) + ": received " + bytes.length
                    + " bytes, expected 1.." + NAME_LIMIT);
        }
        if (name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("RAM block name " + Text.quote(bytes)
                    + ": received a NUL in it, expected none");
        }
        if (!new String(bytes, StandardCharsets.UTF_8).equals(name)) {
            throw new IllegalArgumentException("RAM block name " + Text.quote(bytes)
                    + ": received an unpaired surrogate in it, expected whole characters");
        }
        return bytes;
    }

    /**
     * Puts {@link #size()} bytes at the buffer's position: a page packet if there are pages, otherwise all but flags is
     * 0.
     */
    public void encode(ByteBuffer out, byte[] blockName) {
        int start = out.position();
        int pages = pages();
        out.putInt(MAGIC).putInt(VERSION).putInt(flags).putInt(pages == 0 ? 0 : pageCount);
        out.putInt(normalPages).putInt(normalPages == 0 ? 0 : payloadLength).putLong(packetNum);
        boolean checked = hasChecksum && flags == Flags.SYNC;
        out.putInt(zeroPages).putInt(checked ? CHECKSUM_MAGIC : 0).putLong(checked ? checksum : 0);
        boolean summed = hasPageSum && sync();
        out.putInt(summed ? PAGE_SUM_MAGIC : 0).putLong(summed ? pageSum : 0).putInt(0);
        if (pages > 0) {
            out.put(blockName);
        }
        zeroUpTo(out, start + OFFSETS);
        for (int i = 0; i < pages; i++) {
            out.putLong(offsets[i]);
        }
        zeroUpTo(out, start + size());
    }

    private static void zeroUpTo(ByteBuffer out, int end) {
        while (end - out.position() >= Long.BYTES) {
            out.putLong(0);
        }
        while (out.position() < end) {
            out.put((byte) 0);
        }
    }

    /**
     * Takes and checks {@link #size()} bytes at the buffer's position. Forces the name field's last byte to NUL in it.
     */
    public void decode(ByteBuffer in, BlockTable blocks) throws WireException {
        int start = in.position();
        int magic = in.getInt(start);
        if (magic != MAGIC) {
            throw new WireException(String.format("packet: received magic 0x%08x, expected 0x%08x", magic, MAGIC));
        }
        int version = in.getInt(start + 4);
        if (version != VERSION) {
            throw new WireException("packet: received version " + Integer.toUnsignedString(version) + ", expected "
                    + VERSION);
        }
        flags = in.getInt(start + 8);
        if ((flags & Flags.DEVICE_STATE) != 0) {
            throw new WireException(String.format("packet: received flags 0x%x with device state (0x40), expected RAM"
                    + " pages only; turn off the source's multifd device state transfer", flags));
        }
        if ((flags & ~(Flags.SYNC | Flags.METHOD_MASK)) != 0) {
            throw new WireException(String.format("packet: received flags 0x%x, expected only bits of 0x%x", flags,
                    Flags.SYNC | Flags.METHOD_MASK));
        }
        packetNum = in.getLong(start + 24);
        hasChecksum = flags == Flags.SYNC && in.getInt(start + CHECKSUM_OFFSET) == CHECKSUM_MAGIC;
        checksum = hasChecksum ? in.getLong(start + CHECKSUM_OFFSET + Integer.BYTES) : 0;
        hasPageSum = sync() && in.getInt(start + PAGE_SUM_OFFSET) == PAGE_SUM_MAGIC;
        pageSum = hasPageSum ? in.getLong(start + PAGE_SUM_OFFSET + Integer.BYTES) : 0;
        decodeCounts(in, start);
        if (pages() > 0) {
            decodeOffsets(in, start, blocks);
        }
        in.position(start + size());
    }

    private void decodeCounts(ByteBuffer in, int start) throws WireException {
        int allocated = in.getInt(start + 12);
        if (Integer.compareUnsigned(allocated, pageCount) > 0) {
            throw counted("page count", allocated, "at most", pageCount);
        }
        if (allocated == 0 && !sync()) {
            throw new WireException("packet: received page count 0 without SYNC, expected 1.." + pageCount);
        }
        int normal = in.getInt(start + 16);
        if (Integer.compareUnsigned(normal, allocated) > 0) {
            throw counted("normal page count", normal, "at most the page count", allocated);
        }
        int zero = in.getInt(start + 32);
        if (Integer.compareUnsigned(zero, allocated - normal) > 0) {
            throw counted("zero page count", zero, "at most page count less normal pages", allocated - normal);
        }
        normalPages = normal;
        zeroPages = zero;
        payloadLength = normal == 0 ? 0 : in.getInt(start + 20);
        if (normal > 0 && (payloadLength == 0 || Integer.compareUnsigned(payloadLength, PAYLOAD_LIMIT) > 0)) {
            throw new WireException("packet: received payload length " + Integer.toUnsignedString(payloadLength)
                    + " for " + normal + " normal pages, expected 1.." + PAYLOAD_LIMIT);
        }
    }

    private static WireException counted(String what, int received, String relation, int expected) {
        return new WireException("packet: received " + what + " " + Integer.toUnsignedString(received)
                + ", expected " + relation + " " + expected);
    }

    private void decodeOffsets(ByteBuffer in, int start, BlockTable blocks) throws WireException {
        in.put(start + NAME_OFFSET + NAME_LIMIT, (byte) 0);
        block = blocks.find(in, start + NAME_OFFSET, NAME_SIZE);
        if (block < 0) {
            throw new WireException("packet: received RAM block "
                    + Text.quote(Text.field(in, start + NAME_OFFSET, NAME_SIZE))
                    + ", expected one the main stream announced");
        }
        long used = blocks.usedLength(block);
        if (used < pageSize) {
            throw new WireException("packet: received pages for a RAM block of " + used
                    + " bytes, expected at least one page of " + pageSize);
        }
        long last = used - pageSize;
        int pages = pages();
        for (int i = 0; i < pages; i++) {
            long offset = in.getLong(start + OFFSETS + i * Long.BYTES);
            if ((offset & pageSize - 1) != 0) {
                throw new WireException(String.format("packet: received offset 0x%x of page %d, expected a multiple of"
                        + " the page size %d", offset, i, pageSize));
            }
            if (Long.compareUnsigned(offset, last) > 0) {
                throw new WireException(String.format("packet: received offset 0x%x of page %d, expected at most 0x%x"
                        + " in a block of %d bytes", offset, i, last, used));
            }
            offsets[i] = offset;
        }
    }
}
