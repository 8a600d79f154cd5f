package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.multifd.core.internal.ram.GuestFileException;

/**
 * The head of a save image of libvirt ({@code virsh save}): 92 bytes, then the domain's description, then what the
 * QEMU has written. In the format sparse that is a mapped-ram file.
 */
final class LibvirtImage {

    private static final int HEADER_BYTES = 92;
    private static final String COMPLETE = "LibvirtQemudSave";
    private static final String PARTIAL = "LibvirtQemudPart";
    private static final int VERSION = 2;
    private static final int SPARSE = 6;
    private static final int LONGEST_XML = 16 << 20;

    /** The formats by their numbers. */
    private static final List<String> FORMATS = List.of("raw", "gzip", "bzip2", "xz", "lzop", "zstd", "sparse");

    private LibvirtImage() {
    }

    /**
     * Where a snapshot really begins: behind libvirt's head if there is one. Refuses an image that has no snapshot, by
     * its format.
     */
    static long behindHead(Path path, FileChannel file, long offset) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (file.size() - offset < HEADER_BYTES) {
            return offset;
        }
        FileReading.fully(path, file, head, offset);
        String magic = new String(head.array(), 0, COMPLETE.length(), StandardCharsets.US_ASCII);
        if (magic.equals(PARTIAL)) {
            throw new GuestFileException(path + ": received a save image of libvirt that was not completed, expected a "
                    + "whole one; save the guest again");
        }
        if (!magic.equals(COMPLETE)) {
            return offset;
        }
        int version = head.getInt(16);
        if (version != VERSION) { // its bytes are in the order of the host that wrote it
            head.order(ByteOrder.BIG_ENDIAN);
            version = head.getInt(16);
        }
        int xml = head.getInt(20);
        int format = head.getInt(28);
        if (version != VERSION || xml < 0 || xml > LONGEST_XML) {
            throw new GuestFileException(path + ": received a save image of libvirt with version "
                    + Integer.toUnsignedString(head.getInt(16)) + " and a description of "
                    + Integer.toUnsignedString(xml) + " bytes, expected version " + VERSION + " and at most "
                    + LONGEST_XML);
        }
        if (format != SPARSE) {
            throw new GuestFileException(path + ": received a save image of libvirt in the format " + name(format)
                    + ", expected sparse, which alone has RAM at fixed places; virsh restore it, then virsh save "
                    + "--image-format sparse");
        }
        return offset + HEADER_BYTES + xml;
    }

    private static String name(int format) {
        return format >= 0 && format < FORMATS.size() ? FORMATS.get(format) : Integer.toUnsignedString(format);
    }
}
