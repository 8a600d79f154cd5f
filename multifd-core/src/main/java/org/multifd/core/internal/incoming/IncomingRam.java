package org.multifd.core.internal.incoming;

import java.io.IOException;
import java.util.Map;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.ram.ReceivedPages;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.RamSections;

/** Where an incoming migration's RAM goes: memory or a file. The main thread's, but for the targets it makes. */
public interface IncomingRam {

    /**
     * Before anything is received: makes sure that it can be kept.
     *
     * @param seats where the method comes from that it may be kept with
     */
    void prepare(Seats seats) throws IOException, MigrationException;

    /**
     * The main stream has said what there is.
     *
     * @param configuration null if the stream had none
     * @param lengths each block's bytes by its name, in the stream's order
     */
    RamBlocks open(Configuration configuration, int pageSize, Map<String, Long> lengths) throws IOException;

    /** One thread's way to put pages there; after {@link #open}. */
    PageTarget target();

    /** Which pages have arrived; after {@link #open}. */
    ReceivedPages received();

    /**
     * All pages have arrived. Throws if it cannot be kept: the source is told.
     *
     * @param sections what RAM's sections were
     * @param tail what followed them
     */
    void complete(RamSections sections, byte[] tail) throws IOException;

    /** The source, if it wanted to be told, knows that all has arrived. */
    void confirmed();

    /**
     * The migration failed, perhaps before {@link #open}, perhaps behind {@link #complete}: nothing of it may stay
     * behind.
     */
    void abandon();
}
