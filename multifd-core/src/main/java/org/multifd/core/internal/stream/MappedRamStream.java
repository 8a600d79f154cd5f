package org.multifd.core.internal.stream;

import java.io.IOException;
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
        return Output.toBytes(out -> writeHead(out, configuration, 0, 0)).length;
    }

    /**
     * From the magic to the list of RAM blocks.
     *
     * @param configuration the source's, or null for a machine that sends none
     * @param ramId RAM's section id
     * @param total the bytes of all blocks
     */
    public static void writeHead(Output out, Configuration configuration, int ramId, long total) throws IOException {
        MainStreamWriter.header(out, configuration == null ? null : configuration.with(CAPABILITY));
        MainStreamWriter.ramHeader(out, ramId, total);
    }

    /** How many bytes {@link #writeEntry} writes. */
    public static int entryBytes(RamBlock block) {
        return 1 + block.nameBytes().length + Long.BYTES + HEADER_BYTES;
    }

    /** A block of the list, with its header. */
    public static void writeEntry(Output out, RamBlock block, long bitmapOffset, long pagesOffset) throws IOException {
        out.counted(block.nameBytes()).u64(block.length());
        out.u32(HEADER_VERSION).u64(block.pageSize()).u64(bitmapOffset).u64(pagesOffset);
    }

    /** Everything behind the last block's pages. */
    public static void writeRest(Output out, RamSections sections, byte[] tail) throws IOException {
        int id = sections.id();
        MainStreamWriter.endOfSection(out, id);
        out.bytes(sections.beside());
        for (long i = 0; i < sections.parts(); i++) {
            MainStreamWriter.endOfSection(out.u8(Qevm.SECTION_PART).u32(id), id);
        }
        if (sections.switchoverStart()) {
            MainStreamWriter.command(out, Command.SWITCHOVER_START);
        }
        MainStreamWriter.endOfSection(out.u8(Qevm.SECTION_END).u32(id), id);
        out.bytes(sections.behind()).bytes(tail);
    }
}
