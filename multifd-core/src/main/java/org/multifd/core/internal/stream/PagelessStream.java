package org.multifd.core.internal.stream;

import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;

/**
 * A guest's main stream without its pages, which are elsewhere: the configuration, the list of RAM blocks, the other
 * sections, the devices (docs/reference/snapshot-format.md).
 */
public final class PagelessStream {

    private PagelessStream() {
    }

    /**
     * The stream's bytes, from the magic to its end.
     *
     * @param configuration the source's, or null for a machine that sends none
     * @param tail what follows RAM
     */
    public static byte[] bytes(Configuration configuration, RamBlocks blocks, RamSections sections, byte[] tail) {
        return Output.toBytes(out -> {
            MainStreamWriter.header(out, configuration);
            MainStreamWriter.ramHeader(out, sections.id(), blocks.length());
            for (int i = 0; i < blocks.count(); i++) {
                RamBlock block = blocks.get(i);
                out.counted(block.nameBytes()).u64(block.length());
            }
            MappedRamStream.writeRest(out, sections, tail);
        });
    }
}
