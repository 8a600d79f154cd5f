package org.multifd.core.internal.frames;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.multifd.core.internal.wire.Limits;
import org.multifd.core.internal.wire.MethodName;
import org.multifd.core.internal.wire.Text;
import org.multifd.core.internal.wire.WireException;

/**
 * The first {@link #BYTES} bytes of a compressed snapshot (docs/reference/snapshot-format.md). They are written last: a
 * file that has them is complete.
 *
 * @param id a random number that is in the index, too, so that the two belong together
 * @param bytes of the whole snapshot
 * @param indexOffset where the index's frame begins, from the snapshot's first byte
 * @param indexBytes of the index's content
 * @param indexSum the CRC-32C of the content
 * @param pageSize the guest's
 * @param method the method's name
 * @param methodFormat the version of the method's own format
 */
public record FrameHead(UUID id, long bytes, long indexOffset, int indexBytes, int indexSum, int pageSize,
        String method, int methodFormat) {

    /** The head's length. */
    public static final int BYTES = 128;

    /** A skippable frame of zstd's: its number and its content's length, little-endian, then the content. */
    public static final int SKIPPABLE_BYTES = 8;

    /** The first four bytes of the file: zstd's skippable frame number 13. */
    public static final int MAGIC = 0x5D2A4D18;

    /** The index's frame: number 14. */
    public static final int INDEX_MAGIC = 0x5E2A4D18;

    /** The longest index: the guest has 1.9 TiB then that are not zero. */
    public static final int INDEX_LIMIT = Integer.MAX_VALUE - 64;

    private static final long SIGNATURE = 0x4D46445F534E4150L; // MFD_SNAP
    private static final int VERSION = 1;
    private static final int METHOD_OFFSET = 80;
    private static final int METHOD_BYTES = 32;
    private static final int SUM_OFFSET = BYTES - Integer.BYTES;

    /** The head's bytes. */
    public ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        putSkippable(out, MAGIC, BYTES - SKIPPABLE_BYTES);
        out.putLong(SIGNATURE).putInt(VERSION).putInt(0);
        out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        out.putLong(bytes).putLong(indexOffset).putInt(indexBytes).putInt(indexSum);
        out.putInt(pageSize).putInt(methodFormat);
        out.position(METHOD_OFFSET).put(method.getBytes(StandardCharsets.US_ASCII));
        return out.putInt(SUM_OFFSET, sum(out, SUM_OFFSET)).clear();
    }

    /** Puts the header of a skippable frame. */
    public static void putSkippable(ByteBuffer out, int magic, int contentBytes) {
        out.putInt(magic).order(ByteOrder.LITTLE_ENDIAN).putInt(contentBytes).order(ByteOrder.BIG_ENDIAN);
    }

    /** Checks the header of the index's frame, with which zstd passes over it. @param in 8 bytes */
    public void checkIndexHeader(ByteBuffer in) throws WireException {
        int received = in.order(ByteOrder.LITTLE_ENDIAN).getInt(Integer.BYTES);
        in.order(ByteOrder.BIG_ENDIAN);
        check(in.getInt(0) == INDEX_MAGIC && received == indexBytes, String.format("index: received a frame 0x%08x of "
                + "%d bytes, expected 0x%08x of %d", in.getInt(0), received & 0xFFFFFFFFL, INDEX_MAGIC, indexBytes));
    }

    private static int sum(ByteBuffer of, int end) {
        CRC32C crc = new CRC32C();
        crc.update(of.duplicate().position(0).limit(end));
        return (int) crc.getValue();
    }

    /**
     * Reads a head and checks it.
     *
     * @param in {@link #BYTES} bytes
     * @param available how many bytes the file has from the snapshot's first one on
     */
    public static FrameHead decode(ByteBuffer in, long available) throws WireException {
        check(in.getInt(0) == MAGIC && in.getLong(8) == SIGNATURE, "head: received other bytes than a compressed "
                + "snapshot begins with, expected MFD_SNAP");
        int version = in.getInt(16);
        check(version == VERSION, "head: received version " + Integer.toUnsignedString(version) + ", expected "
                + VERSION + "; read it with the multifd that wrote it, or a newer one");
        int sum = sum(in, SUM_OFFSET);
        check(sum == in.getInt(SUM_OFFSET), String.format("head: received the checksum %08x, expected %08x; its bytes "
                + "were changed", in.getInt(SUM_OFFSET), sum));
        byte[] name = new byte[METHOD_BYTES];
        in.get(METHOD_OFFSET, name);
        FrameHead head = new FrameHead(new UUID(in.getLong(24), in.getLong(32)), in.getLong(40), in.getLong(48),
                in.getInt(56), in.getInt(60), in.getInt(64),
                new String(name, StandardCharsets.ISO_8859_1).replaceAll("\0+$", ""), in.getInt(68));
        head.checkFields(available);
        return head;
    }

    private void checkFields(long available) throws WireException {
        check(Limits.isPageSize(pageSize), "head: received page size " + Integer.toUnsignedString(pageSize)
                + ", expected " + Limits.PAGE_SIZES_TEXT);
        check(MethodName.isValid(method), "head: received the method name " + Text.quote(method) + ", expected "
                + MethodName.GRAMMAR);
        check(indexBytes >= FrameIndex.LEAST_BYTES && indexBytes <= INDEX_LIMIT, "head: received an index of "
                + Integer.toUnsignedString(indexBytes) + " bytes, expected " + FrameIndex.LEAST_BYTES + ".."
                + INDEX_LIMIT);
        check(indexOffset >= BYTES && indexOffset <= Long.MAX_VALUE / 2
                && bytes == indexOffset + SKIPPABLE_BYTES + indexBytes, "head: received an index of " + indexBytes
                + " bytes at byte " + Long.toUnsignedString(indexOffset) + " of " + Long.toUnsignedString(bytes)
                + ", expected it to end the snapshot");
        check(bytes <= available, "the snapshot is cut off after " + available + " bytes, expected " + bytes);
    }

    private static void check(boolean holds, String otherwise) throws WireException {
        if (!holds) {
            throw new WireException(otherwise);
        }
    }
}
