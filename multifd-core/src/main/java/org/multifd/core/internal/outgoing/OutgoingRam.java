package org.multifd.core.internal.outgoing;

import java.io.IOException;
import java.util.List;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.channel.SendChannels;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.RamSections;

/**
 * What a source sends: RAM, and how its main stream begins and ends. The main thread's, but for the page sources it
 * makes.
 */
public interface OutgoingRam {

    RamBlocks blocks();

    /**
     * One thread's way to the pages.
     *
     * @param seats where methods come from that pages may have to be decoded with
     */
    PageSource pages(Seats seats);

    /** The order of the first round, which has all pages; null for that in memory. */
    SendChannels.Round firstRound();

    /** The method that payloads lie stored with, or null if none do. */
    String storedMethod();

    /** Whether payloads lie stored as this method's senders make them, in this version of its format. */
    boolean isStoredAs(String method, int formatVersion);

    /** Whether its pages lie in a file that does not change, and whose guest may have been a QEMU's. */
    boolean isInFile();

    /** How its destination expects the stream. */
    StreamRules rules(MigrationParameters parameters);

    /** The main stream's configuration, with the VM's uuid as far as it is known. */
    Configuration configuration();

    /** What stands beside RAM in the main stream. */
    RamSections sections();

    /** The names of the devices whose state follows RAM, as far as they are known. */
    List<String> devices();

    /** The guest is paused: takes what follows RAM. It may take its time. */
    void takeEnd() throws MigrationException;

    /** What follows RAM, up to the end of the stream; not to be changed. @param sent the pages that were sent */
    byte[] tail(MigrationStats sent) throws IOException;

    /** The migration is over; no page is read any more. */
    void close();
}
