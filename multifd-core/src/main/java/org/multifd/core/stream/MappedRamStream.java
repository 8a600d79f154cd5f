package org.multifd.core.stream;

import java.io.ByteArrayOutputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.multifd.core.ram.RamBlock;

/**
 * The main stream of a mapped-ram file, in the pieces that stand around bitmaps and pages (wire-format 7). It is what the
 * source sent, without the records that brought pages or kept rounds apart, and without what only a socket has.
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
    public static void writeHead(DataOutput out, Configuration configuration, int ramId, long total) throws IOException {
        out.writeInt(Qevm.MAGIC);
        out.writeInt(Qevm.VERSION);
        if (configuration != null) {
            writeConfiguration(out, configuration);
        }
        out.writeByte(Qevm.SECTION_START);
        out.writeInt(ramId);
        counted(out, Qevm.RAM_SECTION);
        out.writeInt(0);
        out.writeInt(Qevm.RAM_VERSION);
        out.writeLong(total | Qevm.RAM_MEM_SIZE);
    }

    /** The subsections are in the order in which QEMU has them. */
    private static void writeConfiguration(DataOutput out, Configuration configuration) throws IOException {
        byte[] machine = configuration.machine().getBytes(StandardCharsets.UTF_8);
        out.writeByte(Qevm.CONFIGURATION);
        out.writeInt(machine.length);
        out.write(machine);
        if (configuration.pageSize() != 0) {
            subsection(out, Qevm.CONFIGURATION_PAGE_BITS);
            out.writeInt(Integer.numberOfTrailingZeros(configuration.pageSize()));
        }
        List<String> capabilities = new ArrayList<>(configuration.capabilities());
        if (!capabilities.contains(CAPABILITY)) {
            capabilities.add(CAPABILITY);
        }
        subsection(out, Qevm.CONFIGURATION_CAPABILITIES);
        out.writeInt(capabilities.size());
        for (String capability : capabilities) {
            counted(out, capability);
        }
        if (configuration.uuid() != null) {
            subsection(out, Qevm.CONFIGURATION_UUID);
            out.writeLong(configuration.uuid().getMostSignificantBits());
            out.writeLong(configuration.uuid().getLeastSignificantBits());
        }
    }

    private static void subsection(DataOutput out, String name) throws IOException {
        out.writeByte(Qevm.SUBSECTION);
        counted(out, name);
        out.writeInt(Qevm.SUBSECTION_VERSION);
    }

    /** How many bytes {@link #writeEntry} writes. */
    public static int entryBytes(RamBlock block) {
        return 1 + block.nameBytes().length + Long.BYTES + HEADER_BYTES;
    }

    /** A block of the list, with its header. */
    public static void writeEntry(DataOutput out, RamBlock block, long bitmapOffset, long pagesOffset) throws IOException {
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
        for (long i = 0; i < sections.parts(); i++) {
            out.writeByte(Qevm.SECTION_PART);
            out.writeInt(sections.id());
            endOfSection(out, sections.id());
        }
        if (sections.switchoverStart()) {
            out.writeByte(Qevm.COMMAND);
            out.writeShort(Qevm.COMMAND_SWITCHOVER_START);
            out.writeShort(0);
        }
        out.writeByte(Qevm.SECTION_END);
        out.writeInt(sections.id());
        endOfSection(out, sections.id());
        out.write(tail);
    }

    private static void endOfSection(DataOutput out, int id) throws IOException {
        out.writeLong(Qevm.RAM_EOS);
        out.writeByte(Qevm.FOOTER);
        out.writeInt(id);
    }

    private static void counted(DataOutput out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeByte(bytes.length);
        out.write(bytes);
    }
}
