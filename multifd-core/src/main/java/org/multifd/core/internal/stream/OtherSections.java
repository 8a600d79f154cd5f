package org.multifd.core.internal.stream;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.multifd.core.internal.wire.Text;
import org.multifd.core.internal.wire.WireException;

/**
 * The sections that stand beside RAM's, kept as the bytes they are: the early state of a virtio-mem device, and dirty
 * bitmaps (wire-format 5). A section has no length, so that only one whose content is known can be read. The bytes of
 * an unknown one are the guest's in part, and could look like its end.
 */
final class OtherSections {

    private static final String DIRTY_BITMAP = "dirty-bitmap";
    private static final int DIRTY_BITMAP_VERSION = 1;
    private static final String VIRTIO_MEM = "virtio-mem-device-early";
    private static final int VIRTIO_MEM_VERSION = 1;

    /** The most bytes of a piece of a dirty bitmap, and of virtio-mem's bitmap. QEMU's pieces have 1 KiB. */
    private static final int BITMAP_LIMIT = 16 * 1024 * 1024;

    /** More than a machine has slots for memory. */
    private static final int MOST_DEVICES = 1024;

    /** What a record of a dirty bitmap has, one bit for each. */
    private static final int LAST = 0x01;
    private static final int ZEROES = 0x02;
    private static final int BITMAP_NAME = 0x04;
    private static final int DEVICE_NAME = 0x08;
    private static final int BEGINS = 0x10;
    private static final int COMPLETE = 0x20;
    private static final int BITS = 0x40;

    private final Input in;
    private final int limit;
    private final List<DeviceSection> devices = new ArrayList<>();
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private Integer bitmapId;

    /** @param limit the most bytes that are kept at a time; 0 to keep none, of any number */
    OtherSections(Input in, int limit) {
        this.in = in;
        this.limit = limit;
    }

    /** The devices whose state came early. The description at the stream's end begins with them. */
    List<DeviceSection> devices() {
        return List.copyOf(devices);
    }

    /** What was kept since the last call, as it came. */
    byte[] takeKept() {
        byte[] bytes = kept.toByteArray();
        kept.reset();
        return bytes;
    }

    /** Whether a part of such a section may follow. */
    boolean mayGoOn() {
        return bitmapId != null;
    }

    /** Whether this is the id of a section that began here. */
    boolean isOpen(int id) {
        return bitmapId != null && bitmapId == id;
    }

    /** A section of this header: its content. False if it is not known. */
    boolean read(int type, int id, String name, int instance, int version) throws IOException {
        if (type == Qevm.SECTION_START && name.equals(DIRTY_BITMAP) && version == DIRTY_BITMAP_VERSION
                && bitmapId == null) {
            bitmapId = id;
            keep(type, id, name, instance, version);
        } else if (type == Qevm.SECTION_FULL && version == VIRTIO_MEM_VERSION
                && (name.equals(VIRTIO_MEM) || name.endsWith("/" + VIRTIO_MEM))) {
            if (devices.size() == MOST_DEVICES) {
                throw new WireException(in.name() + ": received more than " + MOST_DEVICES
                        + " early states of virtio-mem devices, expected at most that");
            }
            long bytes = keep(type, id, name, instance, version);
            devices.add(new DeviceSection(name, Integer.toUnsignedLong(instance), bytes));
        } else {
            return false;
        }
        return true;
    }

    /** A part, or the end, of a section that began here. */
    void part(int type, int id) throws IOException {
        keep(type, id, null, 0, 0);
        if (type == Qevm.SECTION_END) {
            bitmapId = null;
        }
    }

    private long keep(int type, int id, String name, int instance, int version) throws IOException {
        ByteArrayOutputStream section = new ByteArrayOutputStream();
        DataOutputStream header = new DataOutputStream(section);
        header.writeByte(type);
        header.writeInt(id);
        if (name != null) {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            header.writeByte(bytes.length);
            header.write(bytes);
            header.writeInt(instance);
            header.writeInt(version);
        }
        long start = in.position();
        in.copyTo(limit > 0 ? section : null, limit - kept.size());
        if (type == Qevm.SECTION_FULL) {
            virtioMem();
        } else {
            dirtyBitmap();
        }
        long bytes = in.position() - start;
        in.footer(id);
        in.copyTo(null, 0);
        boolean isEmpty = type == Qevm.SECTION_PART && bytes == 1; // one for each round, however many there are
        if (limit > 0 && !isEmpty) {
            section.writeTo(kept);
        }
        return bytes;
    }

    /** Address, size and block size of the memory, its node and used size, and a bit for each block. */
    private void virtioMem() throws IOException {
        String what = "a virtio-mem device's early state";
        in.u64(what);
        long size = in.u64(what);
        long block = in.u64(what);
        in.u32(what);
        in.u64(what);
        long words = block <= 0 || size < 0 ? -1 : (size / block + Long.SIZE - 1) / Long.SIZE;
        if (words < 0 || words > BITMAP_LIMIT / Long.BYTES) {
            throw new WireException(in.name() + ": received a virtio-mem device of " + Long.toUnsignedString(size)
                    + " bytes in blocks of " + Long.toUnsignedString(block) + ", expected at most "
                    + (long) BITMAP_LIMIT * Byte.SIZE + " blocks");
        }
        in.skip(words * Long.BYTES, what);
    }

    /** Records up to the last one of the section. */
    private void dirtyBitmap() throws IOException {
        String what = "a dirty bitmap";
        int flags;
        do {
            flags = in.u8(what);
            if ((flags & DEVICE_NAME) != 0) {
                in.skip(in.u8(what), what);
            }
            if ((flags & BITMAP_NAME) != 0) {
                in.skip(in.u8(what), what);
            }
            int kind = flags & ~(LAST | ZEROES | BITMAP_NAME | DEVICE_NAME);
            if (kind == BEGINS) {
                in.skip(Integer.BYTES + 1, what); // granularity and flags
            } else if (kind == BITS) {
                in.skip(Long.BYTES + Integer.BYTES, what); // first sector and number
                in.skip((flags & ZEROES) != 0 ? 0 : bits(), what);
            } else if (kind != 0 && kind != COMPLETE || kind == 0 && flags != LAST) {
                throw new WireException(in.name() + String.format(": received dirty bitmap flags 0x%02x at byte %d, "
                        + "expected a bitmap's begin, bits, completion or the last record", flags, in.position() - 1));
            }
        } while ((flags & LAST) == 0);
    }

    private long bits() throws IOException {
        long bytes = in.u64("a dirty bitmap's length");
        if (bytes < 0 || bytes > BITMAP_LIMIT) {
            throw new WireException(in.name() + ": received " + Long.toUnsignedString(bytes)
                    + " bytes of a dirty bitmap at once, expected at most " + BITMAP_LIMIT);
        }
        return bytes;
    }

    /** What is said of a section that is not known. */
    WireException unknown(String name) {
        return new WireException(in.name() + ": received section " + Text.quote(name)
                + " before the end of RAM, expected only one \"ram\"; that device or feature is not"
                + " supported here");
    }
}
