package org.multifd.core;

import java.io.IOException;
import java.util.Map;
import org.multifd.core.ram.PageTarget;
import org.multifd.core.ram.RamBlocks;
import org.multifd.core.stream.Configuration;

/** Where an incoming migration's RAM goes: memory or a file. The main thread's, but for the targets it makes. */
interface IncomingRam {

    /**
     * The main stream has said what there is.
     *
     * @param configuration null if the stream had none
     * @param lengths each block's bytes by its name, in the stream's order
     */
    RamBlocks open(Configuration configuration, int pageSize, Map<String, Long> lengths) throws IOException;

    /** One thread's way to put pages there; after {@link #open}. */
    PageTarget target();

    /** All pages have arrived; the tail is what followed them. Throws if it cannot be kept: the source is told. */
    void complete(byte[] tail) throws IOException;

    /** The migration failed, perhaps before {@link #open}: nothing of it may stay behind. */
    void abandon();
}
