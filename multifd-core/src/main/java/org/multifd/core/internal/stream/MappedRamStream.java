package org.multifd.core.internal.stream;

import java.io.ByteArrayOutputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.multifd.core.internal.ram.RamBlock;

/**
 * The main stream of a mapped-ram file, in the pieces that stand around bitmaps and pages (wire-format 7). It is what
 * the source sent, without the records that brought pages or kept rounds apart, and without what only a socket has.
 */
public final class MappedRamStream {

    /** The capability that a stream in a file names in its configuration, and one on a socket does not. */
    public static final String CAPABILITY = "mapped-ram";

    private static final int HEADER_VERSION = 1;
    private static final int HEADER_BYTES = Integer.BYTES + 3 * Long.BYTES;

    private MappedRamStream() {
    }

    /** How many bytes {@link #writeHead} writes. */
    public static int headBytes(Configuration configuration) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writeHead(new DataOutputStream(bytes), configuration, 0, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory has none
        }
        return bytes.size();
    }

    /**
     * From the magic to the list of RAM blocks.
     *
     * @param configuration the source's, or null for a machine that sends none
     * @param ramId RAM's section id
     * @param total the bytes of all blocks
     */
    public static void writeHead(DataOutput out, Configuration configuration, int ramId, long total)
            throws IOException {
        out.writeInt(Qevm.MAGIC);
        out.writeInt(Qevm.VERSION);
        if (configuration != null) {
            out.write(configuration.with(CAPABILITY).section());
        }
        out.writeByte(Qevm.SECTION_START);
        out.writeInt(ramId);
        out.writeByte(Qevm.RAM_SECTION.length());
        out.writeBytes(Qevm.RAM_SECTION);
        out.writeInt(0);
        out.writeInt(Qevm.RAM_VERSION);
        out.writeLong(total | Qevm.RAM_MEM_SIZE);
    }

    /** How many bytes {@link #writeEntry} writes. */
    public static int entryBytes(RamBlock block) {
        return 1 + block.nameBytes().length + Long.BYTES + HEADER_BYTES;
    }

    /** A block of the list, with its header. */
    public static void writeEntry(DataOutput out, RamBlock block, long bitmapOffset, long pagesOffset)
            throws IOException {
        out.writeByte(block.nameBytes().length);
        out.write(block.nameBytes());
        out.writeLong(block.length());
        out.writeInt(HEADER_VERSION);
        out.writeLong(block.pageSize());
        out.writeLong(bitmapOffset);
        out.writeLong(pagesOffset);
    }

    /** Everything behind the last block's pages. */
    public static void writeRest(DataOutput out, RamSections sections, byte[] tail) throws IOException {
        endOfSection(out, sections.id());
        out.write(sections.beside());
        for (long i = 0; i < sections.parts(); i++) {
            out.writeByte(Qevm.SECTION_PART);
            out.writeInt(sections.id());
            endOfSection(out, sections.id());
        }
        if (sections.switchoverStart()) {
            out.writeByte(Qevm.COMMAND);
            out.writeShort(Command.SWITCHOVER_START.number);
            out.writeShort(0);
        }
        out.writeByte(Qevm.SECTION_END);
        out.writeInt(sections.id());
        endOfSection(out, sections.id());
        out.write(sections.behind());
        out.write(tail);
    }

    private static void endOfSection(DataOutput out, int id) throws IOException {
        out.writeLong(Qevm.RAM_EOS);
        out.writeByte(Qevm.FOOTER);
        out.writeInt(id);
    }
}
